model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = agee
let b = customer.agee
let c = recharges.amount
let d = cont(recharge)
let e = count(recharg)
let f = sum(recharge.amuont)
let g = plan == pluss
let h = plan == prenium
let i = plus
let j = coalesce(age, 0)
let k = context.touchpint
let l = nothing.at.all
param p: intt = 5
segment s = contact_policy
rfm loyalty of recharge { monetary sum(amount); recency bins at 30; frequency bins at 1; monetary bins at 10 }
let m = loyalty.totall
let n = exists(contact where case == trail)
case trial in servce { channels smss; exclusive one; status alive; budget 5 of cots; with valeu = 5 }
channel sms { quiet 21:00 .. 09:00 in timezone }
contacts { pause 5 days after bounced; at most 1 per 7 days on sms, fax }
properties { cost: decimal = 0 }
test "names" {
  now 2026-11-22
  context { touchpont: app }
  customer nobody with { agge: 5 }
  recharge [ { at: 2026-11-01T08:00, amonut: 5 } ]
  recharges [ ]
  set q = 5
  given z = 1
  remaining trail = 5
  expect offered trail on smss
  expect trial fails fo
  expect trial unknown tenure
}
