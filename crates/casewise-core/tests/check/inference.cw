model inference { language 1 }
type tier = enum(silver, gold) ordered
subject subject_of {
  key id: text
  i: int, io: int?, f: float, d: decimal, t: text, to: text?
  day: date, dayo: date?
  e: tier, eo: tier?, es: set(tier), ts: set(text), tso: set(text)?
}
context { contact_channel: enum(web, shop)? }
events ev { amount: decimal, n: int, maybe: int?, kind: enum(a, b) }
rows child { years: int? }
list hotlist
param bar: int = 3
let half(x: int) = x / 2
let ratio(a: int, b: int?) = a / b
rfm dec of ev { monetary sum(amount); recency bins at 30, 60; frequency bins at 1, 2; monetary bins at 10, 20.5 }
behavior heat of ev { weight n; half_life 30 days }
scorecard card { base 10; by i { < 5 -> 1, >= 5 -> 2 } }
composite mix { weight 0.5 of i; weight 50% of io }
grade rank of mix { < 0.5 -> low, >= 0.5 -> high }
cluster place { features i, f; centers [ near: [0, 0], far: [10, 10] ] }
segment grown = io >= 18
gate wanted { require i > 0; exclude hotlist }
case trial { for grown; require wanted }
