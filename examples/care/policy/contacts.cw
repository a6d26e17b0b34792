# How much is too much: written once, for all teams.

param daily_cap "marketing contacts a day": int in 0 .. 10 = 1
param monthly_cap "marketing contacts in 30 days": int in 0 .. 100 = 3
param silence "quiet after a complaint": duration in 1 day .. 730 days = 90 days

contacts {
  at most daily_cap per 1 day
  at most monthly_cap per 30 days
  pause silence after complained
}

# The list means never, for notices too.
every case {
  exclude listed: do_not_contact "on the special list"
}

test "contacted at nine, asked at three: capped" {
  now 2026-02-28T15:00
  customer { id: "k2", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [ { at: 2026-02-28T09:00, case: preference, channel: "sms", outcome: sent } ]
  expect preference fails contacts
}

test "at nine on the next day the window is open again" {
  now 2026-03-01T09:00
  customer { id: "k2", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [ { at: 2026-02-28T09:00, case: preference, channel: "sms", outcome: sent } ]
  expect offered preference on sms
}

test "a minute before, it is not" {
  now 2026-03-01T08:59
  customer { id: "k2", joined: 2024-01-01, tags: ["parenting"], consents: [sms, app] }
  contact [ { at: 2026-02-28T09:00, case: preference, channel: "sms", outcome: sent } ]
  expect preference fails contacts
}

test "three contacts in thirty days are enough" {
  now 2026-02-28T15:00
  customer { id: "k6", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [
    { at: 2026-02-05T10:00, case: preference, channel: "sms", outcome: sent },
    { at: 2026-02-12T10:00, case: welcome, channel: "app", outcome: sent },
    { at: 2026-02-19T10:00, case: preference, channel: "sms", outcome: sent }
  ]
  expect preference fails contacts
}

test "a complaint brings ninety days of silence" {
  now 2026-02-28T15:00
  customer { id: "k5", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [ { at: 2025-12-15T12:00, case: preference, channel: "sms", outcome: complained } ]
  expect preference fails contacts
}

test "which end to the minute" {
  now 2026-03-15T12:00
  customer { id: "k5", joined: 2024-01-01, tags: ["parenting"], consents: [sms] }
  contact [ { at: 2025-12-15T12:00, case: preference, channel: "sms", outcome: complained } ]
  expect offered preference
}

test "the special list means never" {
  now 2026-02-28T15:00
  customer {
    id: "k4"
    joined: 2026-02-20
    tags: ["parenting"]
    works_on: 2026-03-02
    consents: [sms]
  }
  do_not_contact [ "k4" ]
  expect welcome fails listed
  expect works_notice fails listed
  expect no offers
}
