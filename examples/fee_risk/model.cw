# Will a customer pay for the electricity that is delivered first? A static scorecard, graded;
# and a gate that no score can open: a large project needs its approval.
model fee_risk "Electricity-fee risk" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  credit: enum(A, B, C)
  sector: enum(state_owned, emerging, ordinary, declining)
  billing: enum(prepaid, post_paid)
  large: bool "a large user"
  expected_life: int "years the enterprise is expected to last"
  contract_expired: bool
  supplement_unsigned: bool
  large_project: bool
  approved: bool? "missing: not decided yet"
}

param credit_b "points of credit B": int in 0 .. 100 = 15
param credit_c "points of credit C": int in 0 .. 100 = 30
param ordinary_sector "points of an ordinary sector": int in 0 .. 100 = 10
param declining_sector "points of a declining sector": int in 0 .. 100 = 25
param large_post_paid "points of a large user who pays afterwards": int in 0 .. 100 = 20
param long_life "points of a life over ten years": int in 0 .. 100 = 10
param paper_gap "points of an expired contract or an unsigned supplement": int in 0 .. 100 = 15

scorecard fee "fee risk" {
  lower is better
  base 0
  by credit { A -> 0, B -> credit_b, C -> credit_c }
  by sector {
    [state_owned, emerging] -> 0
    ordinary -> ordinary_sector
    declining -> declining_sector
  }
  by billing == post_paid and large { true -> large_post_paid, false -> 0 }
  by expected_life { <= 10 -> 0, > 10 -> long_life }
  by contract_expired or supplement_unsigned { true -> paper_gap, false -> 0 }
}

# A value on a boundary belongs to the upper grade.
grade risk of fee {
  < 25 -> low
  25 .. 50 -> medium
  >= 50 -> high
}

gate supply "may be supplied" {
  exclude unapproved: large_project and not approved "a large project without approval"
}

every case {
  require supply
}

case connection "Connect to the grid" {
  priority 10
}

case prepayment_meter "Prepayment meter offer" {
  for risk >= medium
  priority 20
  offer { meter: "prepaid", points: fee, grade: risk }
}

test "state-owned, A, large and post-paid, long life: medium" {
  now 2026-11-20T10:00
  customer {
    id: "e1"
    credit: A
    sector: state_owned
    billing: post_paid
    large: true
    expected_life: 30
    contract_expired: false
    supplement_unsigned: false
    large_project: false
  }
  expect fee == 30
  expect risk == medium
  expect offered prepayment_meter
}

test "everything against it: high" {
  now 2026-11-20T10:00
  customer {
    id: "e2"
    credit: C
    sector: declining
    billing: post_paid
    large: true
    expected_life: 30
    contract_expired: true
    supplement_unsigned: false
    large_project: false
  }
  expect fee == 100
  expect risk == high
  expect offered prepayment_meter
}

test "emerging, A, prepaid: low, no meter needed" {
  now 2026-11-20T10:00
  customer {
    id: "e3"
    credit: A
    sector: emerging
    billing: prepaid
    large: true
    expected_life: 5
    contract_expired: false
    supplement_unsigned: false
    large_project: false
  }
  expect fee == 0
  expect risk == low
  expect prepayment_meter fails for
  expect offered connection
}

test "a large project without approval is refused whatever its score" {
  now 2026-11-20T10:00
  customer {
    id: "e4"
    credit: A
    sector: emerging
    billing: prepaid
    large: true
    expected_life: 5
    contract_expired: false
    supplement_unsigned: false
    large_project: true
    approved: false
  }
  expect fee == 0
  expect not supply
  expect connection fails require
  expect no offers
}

test "an approval that is not decided yet opens nothing" {
  now 2026-11-20T10:00
  customer { id: "e5", large_project: true }
  expect connection unknown require
}

test "a boundary belongs to the upper grade" {
  now 2026-11-20T10:00
  customer {
    id: "e6"
    credit: B
    sector: ordinary
    billing: prepaid
    large: false
    expected_life: 10
    contract_expired: false
    supplement_unsigned: false
  }
  expect fee == 25
  expect risk == medium
}

test "points are a matter of the house" {
  now 2026-11-20T10:00
  customer {
    id: "e6"
    credit: B
    sector: ordinary
    billing: prepaid
    large: false
    expected_life: 10
    contract_expired: false
    supplement_unsigned: false
  }
  set credit_b = 14
  expect fee == 24
  expect risk == low
}
