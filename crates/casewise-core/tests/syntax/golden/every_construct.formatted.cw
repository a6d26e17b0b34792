# Everything that the whole model leaves out.
model everything {
  language 1
  version "1"
}

subject loan {
  key id: text from "Loan" "the loan's number"
  granted: date
  term: int
  sealed: bool("Y", "N")?
  risk: enum(low, mid "Middle", high) ordered?
  tags: set(enum(a, b))
  `where`: text?
  notes: set(text)
}

type plan = enum(basic, plus, max) ordered
rows collateral { kind: enum(house, car), value: decimal? }
list watched "watch list"
list special

param bar: decimal = 0.25
param wait "how long": duration in 1 day .. 90 days = 30 days
param start: date = 2026-01-01
param at_time: time = 2026-11-22T10:00:30.25+08:00

let f(x: int, y: int?) = x + y otherwise x
let g() = 1_000 * -3.5
let h "a title" = if risk is present and risk >= mid then 1 else if risk is missing then 2 else 3
let i = not sealed or not (sealed and term > 3) and term between 1 and 3 + 1
let j = a - (b - c) - d
let k2 = (a or b) and c
let l = a * (b + c) / -d
let m = -(a + b)
let n = today + 30 days otherwise today - n months
let o = term in [12, 24, 36] and not term in [1]
let p = "x" not in notes and tags overlaps [a, b] and tags subset of [a]
let q = granted in last 30 days
  or granted in next bar days
  or granted in this month
  or granted not in this year
let r = count(payment over this week) + sum(payment.amount
    half_life 30 days
    where amount > 0
    over last 2 years)
let s = exists(payment where late then within 7 days payment where not late over last 30 days)
let t = exists(payment where late then within wait payment over last wait)
let u = basket.confidence("x") > 0.5
let v = matches(name, "^\\d+\t\"x\"$") and `name with blank` == "中文"
let w = now - 2 hours >= 2026-11-22T02:00Z
let x = [] overlaps []
let y = first(payment.amount) otherwise missing
let z = last(payment.amount where kind in [cash, card])
score model_score "from elsewhere" = 1 - risk_score
segment all_of_them = true

scorecard learned {
  learn churned
  by tenure bins at 6, 12, 24, 48
  by arpu bins 5
  by contract each
  points 600 at odds 19 doubling 20
}
scorecard hand {
  base 300
  lower is better
  by risk { missing -> 0, low -> 1, [mid, high] -> 2 }
  by term * 2 {
    < 10 -> -5
    -5 .. 3 -> 1
    any -> 7
    true -> 0
  }
}
behavior heat of visit where kind == web {
  weight minutes / 60
  half_life 1 week
  over last 90 days
  cap 100
  floor 0
  scale percentile
}
behavior lukewarm of visit { half_life wait }
rfm by_hand of buy where amount > 0 {
  monetary sum(amount)
  over last 12 months
  recency bins at 30, 60, 90, 180
  frequency bins at 1, 2, 4
  monetary bins at 10, 100
}
cluster two {
  features a, b + 1
  scale robust
  missing 0
  k 2 .. 10 by silhouette
  seed 7
  names low, high
}
cluster centred {
  features a, b
  scale none
  centers [ small: [1, 2], big: [30, 40], [5, 6] ]
}
composite care_or_price {
  ahp {
    speed over price: 3
    speed over care: 5
    price over care: 1 / 3
  }
  consistency 0.10 required
}
affinity together of products { min_support 1%; min_confidence 30%; max_size 3 }
affinity baskets of buy.item { over last 90 days; min_support 0.5% }
lifetime clv of buy where amount > 0 {
  monetary sum(amount)
  unit 1 week
  horizon 12 months
  discount 10%
}
grade stage of hand { < 1 -> low, 1 .. 2 -> mid, >= 2 -> high, missing -> unknown }

channel mail "by post"
channel app { exclude sleeping; quiet 21:00 .. 00:00; quiet 12:00 .. 13:30 in zone }

contacts {
  at most 1 per 1 day per group
  at most 3 per 30 days per case
  at most 2 per 4 weeks on app, mail
  pause 90 days after complained same channel
  pause wait after n sent without opened
}

properties {
  owner: text = ""
  value: decimal
}
every case { exclude listed: special "on the list" }
group base { status draft; priority 1 }
group sub "a group in a group" in base { contacts uncounted; exclusive one; channels app }
case c1 {
  status trial
  runs 2026-06-01 through 2026-12-31
  for open: a and b "nobody"
  exclude watched
  holdout 5% next
  holdout 10% salt "s" next
  budget 50000 of cost
  with owner = "x", value = 1
  offer { price: 0 }
  offer on app, mail { price: 1, until: today + 30 days }
  variants {
    plain 50%
    bonus 50% {
      offer { price: 0 }
      offer on app { price: 2 }
    }
  }
}
decide quick when touchpoint is present { channels app, mail; top n }
fixture f1 {
  id: "1"
  risk: low
  term: 3
  sealed: false
  x: missing
}
test "subjects, lists, remaining" {
  loan f1 with { term: 4 }
  loan { term: 4 }
  customer f1
  special [ "1", "2" ]
  payment [
    { at: 2026-11-01, amount: 3 },
    { at: 2026-11-02, amount: 4 }
  ]
  collateral []
  set wait = 3 days
  given loyalty.total = 12
  remaining c1 = 1
  expect not offered c1
  expect offered c1
  expect c1 unknown require
  expect c1 outranked
  expect c1 held_out
  expect no offers
  expect hand == 3 and stage >= mid
  expect not (a or b)
}
