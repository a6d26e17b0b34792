model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = matches(note, "[a-")
let b = 9999999999999999999999999 days
let c = 99999999999 years
let d = matches(note, note)
param p: duration = 99999999999999999 weeks
