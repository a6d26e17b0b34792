model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
scorecard card { by age { 5 .. 5 -> 1, missing -> 2, any -> 3 } }
grade g of age { >= 40 -> large, < 40 -> small }
grade g2 of age { < 40 -> 1, >= 40 -> 2 }
grade g3 of age { < 10 -> x, 10 .. 20 -> y, >= 20 -> x }
table t by plan, tier { basic -> 1, any, any, any -> 2 }
table t2 by products { any -> 1 }
grade g4 of age { }
table t3 by plan { }
scorecard card2 { by plan { } }
