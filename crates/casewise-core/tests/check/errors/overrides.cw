model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
# set p=many
# set bar=5
# set pp=5
# set q=40
# set w=2 months
param p: int = 5
param q: int in 1 .. 31 = 5
param w: duration = 5 days
param barr: int = 5
