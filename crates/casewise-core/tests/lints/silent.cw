=== bands that cover everything once
param bar: int in 1 .. 100 = 25
scorecard credit {
  base 300
  by age  { missing -> 0, < bar -> 10, bar .. 40 -> 25, >= 40 -> 15 }
  by plan { basic -> 5, [plus, max] -> 15 }
  by arpu { missing -> 0, <= 10.5 -> 1, > 10.5 -> 2 }
  by city { "Beijing" -> 1, any -> 2, missing -> 0 }
  by churned { true -> 1, false -> 2, missing -> 0 }
  by joined { < 2020-01-01 -> 1, >= 2020-01-01 -> 2 }
  by usage { any -> 1, missing -> 0 }
}
=== a table that covers everything once
grade tier of age { < 30 -> young, 30 .. 60 -> middle, >= 60 -> senior }
table discount by plan, tier {
  basic,       any       -> 0%
  [plus, max], young     -> 0%
  plus,        >= middle -> 5%
  max,         >= middle -> 10%
  any,         missing   -> 0%
}
=== a table with texts
table fee by city, plan {
  "Beijing", max -> 1
  any,       any -> 2
  missing,   any -> 3
}
=== conditions that can be true and need not be
events call { kind: enum(local, roaming), minutes: float }
param bar: int in 0 .. 10 = 0
param enabled: bool = true
let calls = count(call over last 30 days)
segment a = age < 18 or age >= 18
segment b = age <= 18 and age >= 18
segment c = calls >= bar
segment d = enabled and plan == basic
segment e = joined in last 30 days and joined > 2026-01-01
segment f = exists(call where kind == local) and exists(call where kind == roaming)
segment everyone = true
segment g = (age otherwise 0) >= 18 and age is present
segment h = arpu > 10.5 and arpu < 10.6
segment i = age < 3 and arpu > 3
segment j = sms in consents and call in consents
segment k = joined >= today - 30 days and joined < today
=== clauses that can hold together
every case { require open: state != closed }
group adults { for age >= 18 }
gate contactable { require sms in consents; exclude age > 90 }
channel sms { require sms in consents; quiet 21:00 .. 09:00 in timezone; quiet 12:00 .. 13:00 }
channel counter { require state == suspended }
case trial in adults { require contactable; require age <= 18; runs 2026-06-01 through 2026-06-01; channels sms, counter; exclusive reminder; offer { months: 1 } }
case bundle in adults { require contactable; require state == active; channels counter, sms; exclusive reminder; offer { months: 1 } }
=== holdouts with salts of their own, and counts that allow something
param most: int = 0
case a { holdout 5%; quota most }
case b { holdout 5%; quota 100 }
case c { holdout 0%; quota 1 }
decide { control 2%; top 1; at most 1 per group }
=== caps that all bind
channel sms
channel phone
contacts {
  at most 1 per 7 days per channel
  at most 2 per 7 days on sms, phone
  at most 4 per 30 days
  at most 1 per 1 day
  pause 90 days after complained
  pause 30 days after rejected same case
}
=== a step that fits its window
events call { minutes: float }
segment again = exists(call then within 30 days call over last 1 month)
=== comparisons that agree
let speed = (age otherwise 0) / 2
let price = (age otherwise 0) / 3
let care = (age otherwise 0) / 4
composite worth { ahp { speed over price: 3; speed over care: 5; price over care: 2 } }
composite loose { ahp { speed over price: 3; price over care: 3; speed over care: 2 }; consistency 0.50 required }
=== a learned score that reads what is known before
let lost = churned
segment gone = lost otherwise false
scorecard risk {
  learn churned
  by plan each
  by age bins 5
  points 600 at odds 19 doubling 20
}
=== floats in order, decimals and ints for equality
segment a = usage >= 0.1 and usage < 0.2
segment b = arpu == 10.5 or age == 3
=== things that only look the same
segment a = age >= 18 and age >= 21
segment b = plan in [basic, plus]
case one { for age >= 18; offer { months: 1 } }
case two { for age >= 18; offer { months: 2 } }
case three { for age >= 21; offer { months: 2 } }
case four { for age >= 30 }
case five { for age >= 30 }
segment c = city == "New York"
composite worth { weight 0.6 of (arpu otherwise 0) / 100; weight 0 of (age otherwise 0) / 100 }
=== names that are used, also in tests only
type color = enum(red, green)
context { touchpoint: enum(counter, app)?; shade: color? }
events call { minutes: float }
rows line { plan: text }
list vips "VIPs"
param bar: int = 3
let double(x: int) = x * 2
let calls = count(call over last bar days)
gate adult { require age >= 18; exclude vips }
group service { contacts ignored }
channel sms
channel phone
fixture base { id: "c1", state: active, plan: basic, joined: 2026-01-01, consents: [] }
segment a = exists(line where line.plan == "fixed") and touchpoint == counter and shade == red
case one in service { require adult; priority double(3) }
test "calls are counted" {
  now 2026-11-22T10:00
  customer base
  expect calls == 0
}
