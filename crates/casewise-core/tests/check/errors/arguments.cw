model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = months_between(joined)
let b = round()
let c = min(age, )
let d = count()
let e = matches(note)
let f(x: int, y: int) = x + y
let g = f(1)
let h = sum(recharge.amount, recharge.amount)
let i = exp(1, 2)
