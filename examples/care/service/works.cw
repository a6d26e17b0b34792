# Team network: notices of works.

segment works_ahead "works within a week" = works_on is present and works_on in next 7 days

case works_notice "Planned works" in service {
  for works_ahead
  priority 200
  offer { day: works_on }
}

test "a notice of works does not count" {
  now 2026-02-28T15:00
  customer { id: "k2", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [
    { at: 2026-02-28T09:00, case: works_notice, channel: "sms", outcome: sent, counted: false }
  ]
  expect offered preference
}

test "and is sent whatever was sent before" {
  now 2026-02-28T15:00
  customer { id: "k8", joined: 2024-01-01, tags: [], works_on: 2026-03-02, consents: [sms] }
  contact [
    { at: 2026-02-20T10:00, case: preference, channel: "sms", outcome: sent },
    { at: 2026-02-20T10:05, case: preference, channel: "sms", outcome: complained },
    { at: 2026-02-28T10:00, case: preference, channel: "sms", outcome: sent }
  ]
  expect offered works_notice on sms
}
