model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = count(recharge over last size(products) days)
let b = count(recharge over last 0 days)
let c = sum(recharge.amount half_life 1 month)
param p: int in 1 .. 31 = 32
param q: int in 9 .. 1 = 5
param r: int = age
param s: decimal = 1 / 0
case c { holdout 500%; quota -1; quota age }
contacts { at most 0 per 7 days; pause 0 days after sent; pause 5 days after 0 sent without opened }
channel ch { capacity 0 per day }
decide { top 0; at most -1 per group; control 200% }
scorecard card { base age; by plan { basic -> age, any -> 2 } }
rfm f of recharge { recency bins at 30, 30, 20; frequency bins at 1, 2, 3, 4, 5, 6, 7, 8, 9 }
behavior b2 of recharge { half_life 5 days; cap 1; floor 2 }
let wide(n: int) = count(recharge over last n days)
let narrow = wide(0)
let loose = wide(age otherwise 1)
