# The telecom customers of ../telco with scores that are learned from who has left.
model telco_learned "Retention, learned" {
  language 1
  version "2026.11"
  timezone "America/Los_Angeles"
}

type addon = enum(yes "Yes", no "No", no_internet "No internet service")

customer {
  key customer_id: text
  churned: bool("Yes", "No")? from "churn" "has left; known of the past only"
  tenure: int "months with us"
  internet: enum(none "No", dsl "DSL", fiber "Fiber optic") from "internet_service"
  security: addon from "online_security"
  support: addon from "tech_support"
  contract: enum(monthly "Month-to-month", yearly "One year", two_years "Two year") ordered
  payment: enum(e_check "Electronic check", mailed_check "Mailed check",
    transfer "Bank transfer (automatic)", card "Credit card (automatic)") from "payment_method"
  charge: decimal from "monthly_charges"
  billed: decimal? from "total_charges" "missing before the first bill"
}

# 600 points are 19 who stay to 1 who leaves; 20 more double that.
scorecard staying "odds of staying, in points" {
  learn churned
  by tenure bins at 6, 12, 24, 48
  by contract each
  by internet each
  by payment each
  by support each
  by charge bins 5
  points 600 at odds 19 doubling 20
}

grade danger of staying {
  < 540 -> high
  540 .. 580 -> raised
  >= 580 -> low
}

cluster lifestyle {
  features tenure, charge, billed
  scale zscore
  missing mean
  k 4
  seed 7
}

segment leaving "likely to leave" = danger <= high

case keep "A better price for a longer contract" {
  for leaving
  require monthly: contract == monthly "is bound already"
  priority 600 - staying
  offer { discount: 15%, months: 12 }
}

case protect "Security on us" {
  for danger == raised and security == no
  priority 10
}

decide {
  rank by priority
  top 1
}

test "who is new, pays by check and has fibre is likely to leave" {
  now 2026-11-22
  customer {
    customer_id: "new"
    tenure: 2
    internet: fiber
    security: no
    support: no
    contract: monthly
    payment: e_check
    charge: 80
  }
  given staying = 500
  given lifestyle.label = c2
  expect leaving
  expect offered keep
}
