model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = plan > basic
let b = note < "x"
let c = min(plan, plan)
let d = plan between basic and plus
let e = max(recharge.channel)
scorecard card { by plan { < plus -> 1, >= plus -> 2 } }
table t by note { < "a" -> 1, any -> 2 }
param p: enum(x, y) in x .. y = x
