model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = b + 1
let b = c + 1
let c = a + 1
let uses = a + 1
score s = s2
composite s2 { weight 1 of s }
segment g1 = g2
gate g2 { require g1 }
let f(x: int) = f(x) + 1
param p: int = q
param q: int = p
group x in y { }
group y in x { }
group z in x { }
type t1 = t2
type t2 = t1
grade gr of (if gr == good then 1 else 2) { < 1 -> bad, >= 1 -> good }
