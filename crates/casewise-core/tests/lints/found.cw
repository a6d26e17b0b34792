=== bands that leave gaps and overlap
scorecard credit {
  base 300
  by age  { < 25 -> 10, 25 .. 40 -> 25, 35 .. 50 -> 30, > 50 -> 15 }
  by plan { basic -> 5, plus -> 15 }
  by arpu { missing -> 0, < 10.5 -> 1, > 10.5 -> 2 }
  by city { "Beijing" -> 1, missing -> 0 }
  by joined { < 2020-01-01 -> 1, > 2020-01-01 -> 2 }
}
=== texts that are named behind any text
scorecard credit { by city { missing -> 0, any -> 1, "Beijing" -> 2 } }
=== a table with a gap and an overlap
grade tier of age { < 30 -> young, 30 .. 60 -> middle, >= 60 -> senior }
table discount by plan, tier {
  basic,       any      -> 0%
  [plus, max], young    -> 0%
  plus,        >= middle -> 5%
  max,         senior   -> 10%
  basic,       middle   -> 3%
  any,         missing  -> 0%
}
=== bounds that are params, with the values in force
param bar: int in 1 .. 100 = 30
scorecard credit { by age { missing -> 0, < 25 -> 10, >= bar -> 15 } }
=== conditions that are never true
events call { kind: enum(local, roaming), minutes: float, at: time }
let calls = count(call over last 30 days)
segment a = age < 18 and state == active and age >= 18
segment b = plan == basic and plan in [plus, max]
segment c = calls < 0
segment d = not (age < 18 or age >= 18)
segment e = (age otherwise 20) < 18 and age is missing
segment f = joined in last 30 days and joined in next 30 days
segment g = exists(call where kind == local and kind == roaming)
segment h = month(joined) > 12
segment i = age > arpu and age <= arpu
segment j = state == active and (age < 18 and age > 20 or plan == basic)
segment k = arpu < 10.5 and arpu > 10.5
segment l = sms in consents and sms not in consents
segment m = joined >= today and joined < today
=== conditions that are always true
segment a = plan == basic or plan != basic
segment b = (age otherwise 20) >= 18 or (age otherwise 20) < 18
segment c = age is missing or age is present
segment d = id is present
segment e = age < 18 or age >= 18 or age is missing
=== clauses that contradict each other
every case { require open: state != closed }
group young { for age < 18 }
gate adult { require age >= 18; exclude age > 17 }
channel sms { require sms in consents; exclude sms in consents }
case trial in young { require adult_only: age >= 18; offer { months: 1 } }
case winback { for state == closed; offer { months: 2 } }
case three { require age >= 10; require age <= 20; exclude age between 10 and 20; offer { months: 3 } }
=== channels that never open for a case
channel counter { require state == closed }
channel sms { quiet 21:00 .. 09:00 in timezone; quiet 08:00 .. 21:00 in timezone }
channel phone { require state == closed; exclude state == closed }
channel app
case trial { require state == active; channels counter, sms, phone }
case other { channels app }
case third { channels counter }
=== every decision leaves a channel out
channel sms
channel app
case trial { channels sms }
case other { channels app }
decide { channels app }
=== an exclusive set with one member
case a { exclusive reminder }
=== holdouts
case a { holdout 100% }
case c { holdout 5% salt "2026" }
case d { holdout 5% salt "2026" }
case e { holdout 5% salt "a" }
decide { control 2% salt "c2" }
=== a salt that a group gives to its cases
group all { holdout 5% salt "common" }
case a in all { priority 1 }
case b in all { priority 2 }
=== a quota of nothing
group none { quota 0 }
case a in none { priority 1 }
case b in none { priority 2 }
=== steps that are longer than their window
events call { minutes: float }
segment a = exists(call then within 60 days call over last 30 days)
segment b = exists(call then within 9 weeks call over last 1 month)
=== caps
channel sms
channel phone
contacts {
  at most 5 per 7 days
  at most 4 per 30 days
  at most 4 per 30 days
  at most 6 per 1 week per channel
  at most 9 per 1 month on sms
  at most 3 per 7 days on sms, phone
  at most 3 per 7 days on phone
}
=== quiet hours
channel a { quiet 00:00 .. 12:00; quiet 12:00 .. 00:00 }
channel b { quiet 21:00 .. 21:00 }
=== unused names
type color = enum(red, green)
context { touchpoint: enum(counter, app)?; place: text? }
events call { minutes: float }
rows line { plan: text }
list vips "VIPs"
param bar: int = 3
let double(x: int) = x * 2
let 年龄 = age
gate adult { require age >= 18 }
group service { contacts ignored }
channel sms
channel phone
fixture base { id: "c1" }
case a { channels sms }
=== comparisons that contradict each other
let speed = (age otherwise 0) / 2
let price = (age otherwise 0) / 3
let care = (age otherwise 0) / 4
composite worth { ahp { speed over price: 3; price over care: 3; care over speed: 3 } }
=== a learned score that reads its outcome
let lost = churned
segment gone = lost otherwise false
scorecard risk {
  learn churned
  by plan each
  by gone each
  points 600 at odds 19 doubling 20
}
=== floats that are compared for equality
segment a = usage == 0.1
segment b = usage != 3 and usage in [1.5, 2.5]
=== duplicates
every case { require open: state != closed }
gate adult { require age >= 18; require age >= 18 }
segment a = age >= 18 and plan == basic and age >= 18
segment b = plan in [basic, plus, basic]
table t by plan { [basic, basic, plus] -> 1, max -> 2 }
case one { for age >= 18; require adult; offer { months: 1 } }
case two { for age >= 18; require adult; offer { months: 1 } }
case three { for age >= 18; require also: state != closed; offer { months: 1 } }
=== texts with blanks, weights below 0, rows for nothing
segment a = city == "Beijing " or city in [" Shanghai", "Wuhan"]
composite worth { weight 1.5 of (arpu otherwise 0) / 100; weight -0.5 of (age otherwise 0) / 100 }
grade tier of age { < 30 -> low, >= 30 -> high }
table rebate by tier { any -> 0%, missing -> 0%, > high -> 10% }
