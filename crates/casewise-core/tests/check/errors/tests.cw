model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
param bar: int in 1 .. 31 = 5
score worth = 1.5
let years = age otherwise 0
fixture base { id: "c1", age: "x" }
fixture good { id: "c1" }
case trial { require fresh: age > 1 }
test "no now" { expect worth > 1 }
test "twice" { now 2026-11-22; now 2026-11-23; customer { id: "a", id: "b" }; customer { } }
test "records" {
  now 2026-11-22
  customer good with { age: age + 1, consents: [sms, fax] }
  recharge [ { amount: 5 }, { at: 2026-11-01, amount: 5 }, "x" ]
  visit [ { place: "x" } ]
  blocked [ 5, { id: "x" } ]
  set bar = 40
  given bar = 1
  given age = 5
  given worth = "x"
  given worth.part = 5
  expect age
}
test "subject" { now 5; loan { id: "x" } }
