### equals sign in a condition
case a {
  require plan = "basic"
}
### operators of C
segment a = x > 1 && y < 2 || !z
### operators of SQL
segment a = x <> 1 AND y NOT IN [1, 2] OR z IS NULL
### is not missing
segment a = x is not missing
segment b = x is not null
segment c = x == null
segment d = x != missing
### single quotes
segment a = plan == 'basic' or plan == 'it''s'
### chinese punctuation
segment 高价值 = （消费 ＞ 100） and 套餐 in ［基础，畅享］
let 名称 = “中文”
customer { key 编号： text； 年龄：int？ }
### comments of other languages
// a case
case a { -- the target
  for everyone /* all of
  them */
  priority 1
}
### elif
let a = if x then 1 elif y then 2 else 3
### ternary
let a = x ? 1 : 2
### power and remainder
let a = x ** 2
let b = x ^ 2
let c = x % 2
### not a number
let a = NaN
let b = null
### function words
segment a = name contains "x"
segment b = name like "x%"
### today is a value
let a = today()
### chained comparison
segment a = 1 < x < 5
segment b = x == y == z
### not inside a comparison
segment a = x == not y
### not between
segment a = x not between 1 and 2
### sql list
segment a = x in (1, 2, 3)
### missing values
segment a =
segment b = x and
segment c = (x + ) * 2
segment d = [1, , 2]
case e {
  for
  require x >=
  priority 3
}
### unclosed parenthesis hides nothing
case a {
  for count(call where kind == roaming > 3
  priority
}
segment b = (1 + 2
let c = [1, 2
### unclosed brace by indentation
case a {
  for x
  offer { price: 0
  priority 3
}
case b { for y }
### unclosed brace at the end
customer {
  key id: text
### brace too many
case a {
  for x }
  priority 3
}
case b { for z }
### stray brackets
segment a = x)
segment b = y]
### unclosed text
case a {
  require plan == "basic }
  priority 3
}
test "t {
  expect a
}
case `b { for c }
### bad escape
let a = "c:\temp\data" == "\u{110000}"
### bad numbers
let a = 1__000 + 5_
let b = 30days + 1e5 + 3x
let c = .5
### bad dates
let a = 2026-02-30
let b = 2026-1-5
let c = 2026-13-01T10:00
let d = 2026-11-22T25:00
let e = 2026-11-22T10
let f = 2026-11-22T10:00+99:00
let g = 2026-11-22 10:00
### times of day
channel a { quiet 21 .. 9 }
channel b { quiet 25:00 .. 09:00 }
let c = 21:00
### unexpected characters
let a = x @ y
let b = x § y
let c = €
let d​ = 1
### unknown declaration
csae a {
  for x
}
Segment b = y
campaign c { for x }
priority 3
### unknown clauses
case a {
  priorty 3
  target x
  holdout 5%
  where y
}
rfm b of c { bin 5 }
decide { limit 3 }
test "t" { expct x }
contacts { not more than 3 }
### twice
scorecard a { base 1; base 2 }
decide { top 1; rank by x; top 2 }
### names
segment = x
case where { for x }
case 3 { for x }
segment `` = x
let a b = 3
### missing signs
segment a x > 1
segment b: x > 1
segment c == x > 1
param d int = 3
param e: int in 1 to 5 = 3
let f(x) = x
### types
customer { age; name: ; kind: enum; tags: set(; level: enum(1, 2) }
customer { key id: 3, a: text??, b: int from Column }
### bands
grade g of x { 1 -> a, > 2: b, == 3 -> c, otherwise -> d }
table t by a, b { 1, 2 = 3; 1 2 -> 3 }
scorecard s { by x; by y bins; by z { < -> 3 } }
### separators
case a {
  for x,
  priority 3;;
  quota 1, 2
}
fixture f { a: 1,, b: 2 b: 3 }
### runs
case a { runs 2026-01-01 .. 2026-02-01 }
case b { runs 2026-01-01 to 2026-02-01 }
### aggregates
let a = count(call over last 30 days where x)
let b = count(call) where x
let c = count(call over 30 days)
let d = count(call over this fortnight)
let e = exists(call where x then call)
### contact rules
contacts {
  at most one per
  at most 1 per day per person
  pause 3 days after
  pause 3 days rejected
  pause 3 days after 2 sent
  pause 3 days after rejected same person
}
### cases
case a in { for x }
case b "t" on sms { for x }
group c { contacts none }
case d { holdout 5% salt x }
case e { budget 5 }
case f { with value 3 }
case g { variants { a; b 50% { priority 3 } } }
gate h { for x }
channel i { capacity 5 per week }
case j
every customer { for x }
### tests
test { expect x }
test "a" {
  call [ { x: 1 } { x: 2 } ]
  set x 3
  expect
  expect a fails
}
### too deep
let a = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1
let b = 2
### model
model m { language "1"; version 2; zone "x" }
include retention
### after the end
segment a = x y
segment b = x segment c = y
let d = 3 days 4
