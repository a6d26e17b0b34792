model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let f(x: int) = x + 1
let a = f
let b = age(5)
let c = recharge.amount
let d = age.years
rfm loyalty of recharge { monetary sum(amount); recency bins at 30; frequency bins at 1; monetary bins at 10 }
let e = loyalty
let g = arpu.x
score one = 1
let h = one.part
affinity basket of products { min_support 1%; min_confidence 30%; max_size 3 }
let i = basket
let j = basket.confidence(note)
let k = basket.leverage("x")
let l = one.confidence("x")
let n(x: decimal) = count(recharge where amount > x)
let o = sum(recharge.amount) + n(arpu otherwise 0)
let q = exists(recharge where n(amount) > 1)
segment s = id in blocked
