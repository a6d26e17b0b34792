model telecom "Missed-call reminder" {
  language 1
  version  "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id:       text
  age:          int?                              # `?`: may be missing
  state:        enum(active, suspended, closed)
  plan:         enum(basic, plus, max)
  contract:     enum(monthly "Month-to-month", yearly "One year") from "Contract"   # foreign names and values
  arpu:         decimal?
  joined:       date
  born:         date?
  timezone:     text?
  consents:     set(enum(sms, email, call))
  products:     set(text)
}
context { touchpoint: enum(counter, app, hotline)? }              # what the request brings
events recharge { amount: decimal, channel: enum(app, shop)? }    # happenings; each has `at: time`
events call     { kind: enum(local, roaming, forwarded), minutes: float }
rows   line     { age: int?, plan: text }                         # child records without a time
list do_not_disturb "免打扰名单"                                    # keys of customers, supplied beside them

param roaming_bar "roaming days that make a traveller": int in 1 .. 31 = 5

let tenure_months = months_between(joined, today)
let roaming_days  = days(call where kind == roaming over last 90 days)
let forwards      = count(call where kind == forwarded over last 30 days)
let share(part: decimal, whole: decimal) = part / whole otherwise 0

rfm loyalty of recharge { monetary sum(amount); over last 365 days; bins 5 }      # bins learned
behavior engagement of recharge { weight amount; half_life 30 days }
scorecard credit {
  base 300
  by age  { missing -> 0, < 25 -> 10, 25 .. 40 -> 25, >= 40 -> 15 }
  by plan { basic -> 5, plus -> 15, max -> 30 }
}
cluster lifestyle { features arpu, roaming_days, forwards; scale zscore; missing mean; k 5; seed 7 }
composite worth {
  weight 0.6 of (loyalty.total otherwise 0) / 15
  weight 0.4 of credit / 355
}
grade tier of worth { < 0.5 -> basic, 0.5 .. 0.8 -> silver, >= 0.8 -> gold }
table discount by plan, tier {
  basic,       any       -> 0%
  [plus, max], basic     -> 0%
  plus,        >= silver -> 5%
  max,         >= silver -> 10%
}
segment forwarders "呼转客户" = forwards >= 3
segment travellers            = roaming_days >= roaming_bar

gate contactable { require adult: age >= 18; exclude listed: do_not_disturb }

channel counter { require touchpoint == counter }
channel sms     { require sms in consents; quiet 21:00 .. 09:00 in timezone; capacity 50000 per day }
channel phone   { require call in consents; quiet 20:00 .. 09:30 }

contacts {                                         # contact policy over the built-in `contact` events
  at most 1 per 7 days per channel
  at most 2 per 7 days on sms, phone
  at most 4 per 30 days
  pause 90 days after complained
  pause 30 days after rejected same case
  pause 14 days after accepted same group
  pause 7 days after 2 sent without opened same case
}

properties { owner: text = "", value: decimal = 0, cost: decimal = 0 }       # what a case may carry
every case    { require open: state != closed }    # inherited by all, cannot be dropped
group service { with owner = "care-team"; contacts ignored, uncounted; channels sms }
group data    { with owner = "data-team"; require contactable; channels counter, sms, phone; priority 50 }

case reminder_trial "来电提醒体验包" in data {
  status    live
  runs      2026-06-01 through 2026-12-31
  for       forwarders or travellers               # target group
  require   fresh: "call_reminder" not in products "already subscribed"
  require   tenure_months >= 3
  priority  70 + 20 * worth
  holdout   5% salt "2026-reminder"
  quota     100000
  with      value = 12.50, cost = 0.05
  offer     { price: 0, months: 1, until: today + 30 days }
  variants  { plain 50%; bonus 50% { offer { price: 0, months: 2 } } }
}
case reminder_bundle "来电提醒优惠包" in data {
  for       exists(contact where case == reminder_trial and outcome == accepted over last 60 days)
  exclusive call_reminder                           # at most one case of this set is offered
  priority  80
}
case outage_notice "停机通知" in service { for exists(line where line.plan == "fixed"); priority 100 }

decide inbound when touchpoint is present { rank by priority; top 3; at most 1 per group }
decide                                    { rank by priority * value; top 1; control 2% salt "global-2026" }

fixture base { id: "c1", state: active, plan: plus, contract: monthly, joined: 2024-01-01, consents: [sms], products: [] }
test "a frequent traveller is offered the trial at the counter" {
  now      2026-11-22T10:00
  context  { touchpoint: counter }
  customer base with { age: 30 }
  call     [ { at: 2026-11-01T08:00, kind: roaming, minutes: 3 }, { at: 2026-11-02T08:00, kind: roaming, minutes: 3 } ]
  set      roaming_bar = 2
  given    worth = 0.7                              # stands in for a score or let
  expect   travellers
  expect   offered reminder_trial on counter
  expect   reminder_bundle fails for
}
