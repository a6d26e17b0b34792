model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = count(line over last 30 days)
let b = days(line)
let c = sum(recharge)
let d = count(recharge.amount)
let e = count(recharge half_life 30 days)
let f = sum(recharge.amount over next 30 days)
let g = sum(recharge.amount over this hour)
let h = all(recharge)
let i = count(recharge where amount > 1 then within 7 days visit)
let j = exists(recharge then within 7 days visit)
let k = count(visit over last 5 hours)
let l = abs(age where age > 1)
let m = min(age)
let n = sum(recharge.channel)
let o = avg(line.plan)
behavior bh of line { weight age; half_life 30 days }
let p = exists(recharge then within 7 days line)
let q = distinct(recharge.amount half_life 5 days)
