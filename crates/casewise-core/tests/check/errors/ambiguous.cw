model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let channel = 5
let a = count(recharge where channel == app)
let b = count(line where plan == "x")
let high = if age > 5 then tier else low
let c = tier == high
properties { tier: int = 0, priority: int = 0 }
decide { rank by tier + priority }
