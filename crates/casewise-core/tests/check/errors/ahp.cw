model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
composite a { ahp { age over arpu: 3; age over income: 5 } }
let income = 5
let other = 6
composite b { ahp { age over arpu: 3; arpu over age: 5; age over age: 1 } }
composite c { ahp { age over income: 3; age over other: 5 } }
composite d { ahp { age over income: 9; income over other: 9; other over age: 9 }; consistency 0.10 required }
composite e { ahp { age over note: 0 } }
