model many { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus), joined: date, extra: nonsense }  # error
events recharge { amount: decimal }
let first = agee + 1  # error
let second = first * 2
let third = extra
scorecard card { by age { < 10 -> 1, >= 20 -> 2 } }  # error
segment one = plan > basic  # error
segment two = one and unknown_word  # error
channel sms { require joined == "x" }  # error
contacts { at most 0 per 7 days }  # error
group g { priority "high" }  # error
case a in g { for second > 1 }
case b { runs 2026-06-01 through 2026-01-01 }  # error
case c { channels smss }  # error
case d { for two; holdout 500% }  # error
test "x" { now 2026-11-22; expect offered dd }  # error
