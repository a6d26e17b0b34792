# Six ways to classify the same customers of a coffee shop: by what they are, what they do, what they are worth, whom
# they are like, what they buy together, and all of it weighed. Each by numbers of one's own, and learned.
model grading "Six ways to classify" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  age: int?
  income: decimal? "a month, in thousands"
  left: bool? "has not come back in the year after; known of the past only"
}
events buy { amount: decimal, item: text }

# 1. Objective data. A scorecard adds up what is known; a missing input leaves the customer unscored.
scorecard points "age and income" {
  by age { missing -> 0, < 25 -> 10, 25 .. 45 -> 40, >= 45 -> 30 }
  by income { missing -> 0, < 5 -> 10, 5 .. 12 -> 40, >= 12 -> 60 }
}
score objective = if age is missing then age else if income is missing then income else points
grade standing of objective {
  missing -> unscored
  < 40 -> low
  40 .. 80 -> middle
  >= 80 -> high
}
scorecard staying "learned: odds of staying, in points" {
  learn left
  by age bins at 25, 45
  by income bins 3
  points 600 at odds 19 doubling 20
}
# 515 points are even odds.
grade loyal of staying {
  < 515 -> wavering
  >= 515 -> sure
}

# 2. Behaviour: purchases count less as they age.
behavior warmth "by hand, at most 100" of buy {
  weight amount
  half_life 30 days
  cap 100
}
behavior warmth_rank "learned: the percentile" of buy {
  weight amount
  half_life 30 days
  scale percentile
}

# 3. Value: recency, frequency, monetary. Here a value on a cut has the lower score.
rfm value "by hand" of buy {
  monetary sum(amount)
  over last 365 days
  recency bins at 30, 120
  frequency bins at 1, 3
  monetary bins at 50, 150
}
rfm value_learned "learned" of buy {
  monetary sum(amount)
  over last 365 days
  bins 3
}

# 4. Clusters. Their labels have no order.
cluster kind "by hand, on scaled numbers" {
  features (age otherwise 40) / 10, (income otherwise 8) / 5
  scale none
  centers [ student: [2, 0.6], family: [4, 3], retired: [7, 1.2] ]
}
cluster kind_learned "learned" {
  features age, income
  scale zscore
  missing mean
  k 3
  seed 7
}

# 5. Association: who holds the left side of a rule tends to hold the right side.
affinity together of buy.item {
  min_support 10%
  min_confidence 50%
  max_size 3
}
let has_filters = exists(buy where item == "filters")
let wants_filters = together.confidence("filters")

# 6. A composite of them: by weights, and by comparing pairs (AHP).
let value_part = value.total / 9
let warm_part = warmth / 100
let objective_part = objective / 100
composite worth {
  weight 0.5 of value_part
  weight 0.3 of warm_part
  weight 0.2 of objective_part
}
composite worth_ahp {
  ahp {
    value_part over warm_part: 2
    value_part over objective_part: 3
    warm_part over objective_part: 2
  }
}
grade tier of worth {
  missing -> unscored
  < 0.4 -> bronze
  0.4 .. 0.6 -> silver
  >= 0.6 -> gold
}
grade tier_ahp of worth_ahp {
  missing -> unscored
  < 0.4 -> bronze
  0.4 .. 0.6 -> silver
  >= 0.6 -> gold
}

case table_of_their_own "A table of their own" {
  for tier >= gold
  priority 30
}
case filters "Filters for your coffee" {
  for wants_filters >= 50%
  exclude has: has_filters "has filters"
  priority 20
}
case student_card "Half price in the morning" {
  for kind.label == student
  priority 10
}
case tell_us "Tell us about you" {
  for tier == unscored
  priority 5
}

decide {
  rank by priority
  top 1
}

fixture base { id: "c", age: 30, income: 8 }

test "a value on a boundary belongs to the upper band and the upper grade" {
  now 2026-11-22T10:00
  customer base with { age: 25, income: 5 }
  expect points == 80
  expect standing == high
}

test "in an rfm a value on a cut has the lower score" {
  now 2026-11-22T10:00
  customer base
  buy [
    { at: 2026-10-23T09:00, amount: 20, item: "coffee" },
    { at: 2026-07-25T09:00, amount: 30, item: "coffee" }
  ]
  expect value.recency == 30 and value.r == 3
  expect value.frequency == 2 and value.f == 2
  expect value.monetary == 50 and value.m == 1
}

test "who is not known is unscored, and not the worst" {
  now 2026-11-22T10:00
  customer { id: "new" }
  given wants_filters = 0
  given staying = 500
  expect points == 0
  expect objective is missing
  expect standing == unscored
  expect value.total is missing
  expect tier == unscored and tier_ahp == unscored
  expect warmth == 0
  expect offered tell_us
}

test "grades have an order" {
  now 2026-11-22T10:00
  customer base with { age: 50, income: 12 }
  expect standing > low and standing >= high
  expect standing <= high
}

test "a purchase counts half after thirty days" {
  now 2026-11-22T10:00
  customer base
  buy [
    { at: 2026-10-23T10:00, amount: 60, item: "coffee" }
  ]
  expect warmth == 30
}

test "pairs of a hierarchy give the weights 0.54, 0.30 and 0.16" {
  now 2026-11-22T10:00
  customer base
  given value_part = 1
  given warm_part = 0
  given objective_part = 0
  expect round(worth_ahp, 3) == 0.54
  expect worth == 0.5
}

test "coffee without filters" {
  now 2026-11-22T10:00
  customer base with { age: 20, income: 3 }
  buy [
    { at: 2026-01-23T10:00, amount: 9, item: "coffee" }
  ]
  given wants_filters = 0.8
  expect kind.label == student
  expect tier == bronze
  expect offered filters
  expect student_card outranked
}
