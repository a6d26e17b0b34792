model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
scorecard empty { base 5 }
behavior b of recharge { weight amount }
rfm r of recharge { monetary sum(amount) }
rfm r2 of recharge { bins 5; monetary count(recharge) }
rfm r3 of recharge { bins 5; monetary bins at 5 }
composite c { }
composite c2 { weight 1 of age; ahp { age over arpu: 3 } }
composite c3 { weight 1 of note; consistency 0.1 required }
cluster k { scale zscore }
cluster k2 { features age }
lifetime l of recharge { monetary avg(amount) }
affinity a of note { min_support 1% }
scorecard card { points 600 at odds 19 doubling 20; by plan { any -> 1 } }
