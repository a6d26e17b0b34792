model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let f(x: int) = x + 1
let a = f(age)
param wait: int? = 5
let b = count(recharge over last wait days)
case c { quota wait; runs 2026-01-01 through 2026-01-02 + wait days }
properties { cost: decimal = 0 }
case d { with cost = arpu }
