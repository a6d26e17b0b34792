# Messages that care for a customer, and a policy that keeps them from becoming too many.
model care "Care and fatigue" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  joined: date
  born: date?
  tags: set(text)
  service_ends: date? "end of the current service"
  works_on: date? "planned works on the customer's line"
  consents: set(enum(sms, app))
}

list do_not_contact "special list"

param daily_cap "marketing contacts a day": int in 0 .. 10 = 1
param monthly_cap "marketing contacts in 30 days": int in 0 .. 100 = 3
param silence "quiet after a complaint": duration in 1 day .. 730 days = 90 days

# Who was born on 29 February celebrates on the 28th in a short year.
let birthday = born is present and next_anniversary(born) == today

segment new_joiners "新入网客户" = joined in last 30 days
segment parents "育儿客户" = "parenting" in tags
# A service without an end does not end: that is a fact, not a gap.
segment leaving_soon "service ends within two weeks" = service_ends is present
  and service_ends in next 14 days
segment works_ahead "works within a week" = works_on is present and works_on in next 7 days

channel app {
  require app in consents
}

channel sms {
  require sms in consents
  quiet 21:00 .. 09:00
}

contacts {
  at most daily_cap per 1 day
  at most monthly_cap per 30 days
  pause silence after complained
}

# The list means never, for notices too.
every case {
  exclude listed: do_not_contact "on the special list"
}

group marketing "营销" {
  channels app, sms
}

# A service notice is sent whatever was sent before, and fills no cap.
group service "服务通知" {
  contacts ignored, uncounted
  channels sms, app
}

case greeting "Birthday greeting" in marketing {
  for birthday
  priority 100
  offer { text: "happy birthday" }
}

# On a birthday nothing is sold.
group sales in marketing {
  exclude birthday: birthday "a birthday is not for selling"
}

case renewal "Reminder that the service ends" in sales {
  for leaving_soon
  priority 80
  offer { until: service_ends }
}

case welcome "Welcome" in sales {
  for new_joiners
  priority 70
  offer { text: "welcome" }
}

case preference "Offer for parents" in sales {
  for parents
  priority 60
  offer { price: 9.90, months: 3 }
}

case works_notice "Planned works" in service {
  for works_ahead
  priority 200
  offer { day: works_on }
}

test "three cases match: the highest is offered, the others stand behind it" {
  now 2026-02-28T15:00
  customer {
    id: "k1"
    joined: 2026-02-20
    tags: ["parenting"]
    service_ends: 2026-03-10
    consents: [sms, app]
  }
  expect offered renewal on app
  expect welcome outranked
  expect preference outranked
}

test "with a cap of two a day, two are offered" {
  now 2026-02-28T15:00
  customer {
    id: "k1"
    joined: 2026-02-20
    tags: ["parenting"]
    service_ends: 2026-03-10
    consents: [sms, app]
  }
  set daily_cap = 2
  expect offered renewal
  expect offered welcome
  expect preference outranked
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

test "born on 29 February, greeted on the 28th, and sold nothing" {
  now 2026-02-28T15:00
  customer { id: "k3", joined: 2024-01-01, born: 2004-02-29, tags: ["parenting"], consents: [sms] }
  expect birthday
  expect offered greeting
  expect preference fails birthday
}

test "in a leap year on the 29th" {
  now 2028-02-28T15:00
  customer { id: "k3", joined: 2024-01-01, born: 2004-02-29, tags: [], consents: [sms] }
  expect not birthday
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
