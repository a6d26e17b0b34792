model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let age = 5
segment one = age > 1
score one = 2
events recharge { other: int }
events contact { amount: int }
type int = enum(a)
let min(x: int) = x
let f(x: int, x: int, age: int) = x
type pair = enum(a, b, a)
type words = enum(a "x", b "x", c, d "c")
events twice { a: int, a: text }
channel sms { }
channel sms { }
case a { require ok: age > 1; require ok: age > 2; channels sms, sms; offer { x: 1, x: 2 } }
every case { require base: age > 1 }
case b { require base: age > 2; require runs: age > 2 }
context { more: int? }
model again { language 1 }
case v { variants { x 50%; x 50% } }
cluster k { features age otherwise 0; centers [ a: [1], a: [2] ] }
