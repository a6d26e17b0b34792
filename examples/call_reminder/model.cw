# Calls that do not reach a customer are lost. Customers who forward their calls, or travel and roam,
# feel it most: they get a free trial of the reminder service, and a discount once the trial is over.
model call_reminder "Call reminder: trial, then discount" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  subscriptions: set(text) "services the customer already has"
  survey: bool("yes", "no")? "would you pay for the reminder after the trial?"
}

# Only a customer who stands at the counter brings a visit.
context {
  visit: enum(business, payment, enquiry)?
}

events forward { reason: enum(busy, no_answer, unreachable) }
events roam { country: text }

# A package starts on `at` and ends on `expires`.
events package {
  at: date
  kind: enum(trial, discount)
  expires: date
}

param roaming_bar "roamings that make a traveller": int in 1 .. 100 = 5
param roaming_window "how far back roamings count": duration in 1 day .. 90 days = 30 days

let forwardings "calls forwarded this calendar month" = count(forward over this month)
let roamings "roamings lately" = count(roam over last roaming_window)

segment forwarders "呼转客户" = forwardings >= 1
segment travellers "漫游客户" = roamings >= roaming_bar
segment tried "had a trial" = exists(package where kind == trial)
segment trial_ending "trial ends this month" = exists(package
    where kind == trial and expires in this month)

channel counter "pop-up at the counter" {
  require visit is present and visit in [business, payment]
}

channel sms {
  quiet 21:00 .. 09:00
}

channel phone "outbound call" {
  quiet 20:00 .. 09:30
}

# The target group of both cases.
group reminder "来电提醒" {
  for forwarders or travellers or trial_ending
  exclude subscribed: "call_reminder" in subscriptions "already subscribed"
}

case trial "来电提醒体验包" in reminder {
  exclude had_trial: tried "had the trial already"
  channels counter, sms
  priority 70
  offer { price: 0, months: 1 }
}

case discount "来电提醒优惠包" in reminder {
  require after_trial: tried "only after a trial"
  require willing: survey "not willing to pay"
  channels counter, phone
  priority 80
  offer { price: 3.50, months: 12 }
}

test "forwarded once this month: the trial, by text message" {
  now 2026-11-20T10:00
  customer { id: "c1", subscriptions: [] }
  forward [ { at: 2026-11-03T18:20, reason: unreachable } ]
  expect forwarders
  expect offered trial on sms
  expect discount fails after_trial
}

test "the same customer pays a bill at the counter: a pop-up" {
  now 2026-11-20T10:00
  context { visit: payment }
  customer { id: "c1", subscriptions: [] }
  forward [ { at: 2026-11-03T18:20, reason: unreachable } ]
  expect offered trial on counter
}

test "at the counter with a question only: no pop-up, the text message" {
  now 2026-11-20T10:00
  context { visit: enquiry }
  customer { id: "c1", subscriptions: [] }
  forward [ { at: 2026-11-03T18:20, reason: unreachable } ]
  expect offered trial on sms
}

test "the calendar month begins at midnight in Shanghai" {
  now 2026-11-20T10:00
  customer { id: "c1", subscriptions: [] }
  forward [ { at: 2026-10-31T23:59, reason: busy } ]
  expect forwardings == 0
  expect trial fails for
}

test "roamed six times: the trial" {
  now 2026-11-20T10:00
  customer { id: "c2", subscriptions: [] }
  roam [
    { at: 2026-11-01T08:00, country: "TH" },
    { at: 2026-11-02T08:00, country: "TH" },
    { at: 2026-11-03T08:00, country: "TH" },
    { at: 2026-11-04T08:00, country: "TH" },
    { at: 2026-11-05T08:00, country: "TH" },
    { at: 2026-11-06T08:00, country: "TH" }
  ]
  expect roamings == 6
  expect offered trial on sms
}

test "roamed four times: one short of the target group, also at the counter" {
  now 2026-11-20T10:00
  context { visit: business }
  customer { id: "c3", subscriptions: [] }
  given roamings = 4
  expect not travellers
  expect trial fails for
  expect no offers
}

test "with a lower bar, four roamings are enough" {
  now 2026-11-20T10:00
  customer { id: "c3", subscriptions: [] }
  set roaming_bar = 4
  given roamings = 4
  expect offered trial
}

test "trial ending and willing: the discount, by phone" {
  now 2026-11-20T10:00
  customer { id: "c4", subscriptions: [], survey: true }
  package [ { at: 2026-10-25, kind: trial, expires: 2026-11-25 } ]
  expect offered discount on phone
  expect trial fails had_trial
}

test "trial ending and not willing: nothing" {
  now 2026-11-20T10:00
  customer { id: "c5", subscriptions: [], survey: false }
  package [ { at: 2026-10-25, kind: trial, expires: 2026-11-25 } ]
  expect discount fails willing
  expect no offers
}

test "forwarded but subscribed: nothing" {
  now 2026-11-20T10:00
  customer { id: "c6", subscriptions: ["call_reminder"] }
  forward [ { at: 2026-11-03T18:20, reason: busy } ]
  expect trial fails subscribed
  expect no offers
}

test "survey unanswered: whether the discount fits is not known" {
  now 2026-11-20T10:00
  customer { id: "c7", subscriptions: [] }
  package [ { at: 2026-10-25, kind: trial, expires: 2026-11-25 } ]
  expect discount unknown willing
  expect no offers
}
