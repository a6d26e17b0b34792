model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let a = age + note
let b = joined + 5
let c = joined - seen
let d = joined + 5 hours
let e = age == "5"
let f = joined == seen
let g = plan == "basic"
let h = plan == tier
let i = consents == consents
let j = if age then 1 else 2
let k = if age > 1 then 1 else "x"
let l = note otherwise 0
let m = age and plan
let n = lower(age)
let o = size(note)
let p = products overlaps [1, 2]
let q = age overlaps [1]
let r = note in note
let s = age == missing
let t = []
let u = missing
let v = -note
let w = sms in consents and 5 in consents
let x = 1 month == 30 days
let y = age in last 30 days
let z = joined in last 5
segment seg = age + 1
score lst = [1, 2]
scorecard card { by age { missing -> "x", any -> 2 } }
table tab by plan { basic -> 1, plus -> "x", max -> 2 }
case c1 { priority note; offer { until: plan + 1 }; quota 5.5; holdout "5%"; runs 2026-01-01 through joined; require age }
channel c2 { require note; quiet 21:00 .. 09:00 in age; capacity note per day }
decide { when_is: 5 }
