model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
scorecard a { by age bins 5 }
scorecard b { learn age is missing; by plan { any -> 1 } }
scorecard c { learn age is missing; points 600 at odds 19 doubling 20; base 5; by arpu each; by note bins 3; by age bins at 5, 5 }
param k: int = 5
cluster d { features age otherwise 0; k k }
cluster e { features age otherwise 0; scale zscore; missing mean; k 3; seed 5; centers [ [1], [2, 3] ] }
cluster f { features age otherwise 0; k 3; names a, b }
cluster g { features age otherwise 0; k 5 .. 2 by silhouette }
cluster h { features age otherwise 0; k 2 .. 5 by silhouette; names a, b, c, d, e }
cluster i { features age otherwise 0; centers [ a: [1], [2] ]; names x, y }
cluster j { features age otherwise 0; scale log; missing middle; centers [ [1] ] }
affinity l of products { over last 30 days; min_support 200%; min_confidence 5%; max_size 1 }
rfm m of recharge { bins 20 }
