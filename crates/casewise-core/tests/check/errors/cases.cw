model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
properties { owner: text, cost: decimal = 0, note2: text = "" }
case a { priority 1; priority 2; with owner = "x" }
case b { }
gate g { for age > 1 }
channel ch { for age > 1 }
case c { with owner = "x", cost = 1; with cost = 2; offer { a: 1 }; offer { b: 2 }; offer on ch { c: 1 }; offer on ch { d: 1 } }
case d { with owner = "x"; runs 2026-06-01 through 2026-01-01; variants { a 50%; b 40% } }
case e { with owner = "x"; budget 5 of note2; budget 5 of cost; budget 6 of cost }
decide { top 3 }
decide { top 1 }
decide named { top 1 }
decide when age > 1 { top 1 }
