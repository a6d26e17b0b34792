# A loan asks for more time, or for new money under a mortgage that is already there.
model loans "Loan extension and collateral" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

subject loan {
  key id: text
  term: enum(short, medium, long)
  months: int "original term"
  extended: int "months of all extensions so far"
  requested: int "months of the extension asked for; 0 if none"
  relending: bool "asks for new money under its maximum mortgage"
  reverified: bool? "the collateral was looked at again"
  collateral: enum(free, sealed, seized, supervised)?
  claim: decimal
  limit: decimal? "what the maximum mortgage secures at most"
  limitation_ends: date? "last day on which the claim can be sued for"
}

param short_share "longest extension of a short loan, as a share of its term": decimal in 0 .. 3 = 1
param long_months "all extensions of a long loan together": int in 0 .. 120 = 36

# Months: what is left for this extension.
let room = if term == long
  then long_months - extended
  else if term == medium then loan.months * 0.5 else loan.months * short_share

# A maximum mortgage comes first for the claim, but never for more than its limit.
score secured "comes first" = min(claim, limit)
score unsecured "stands behind" = claim - secured

group lending {
  require protected: limitation_ends >= today "the claim is past its limitation"
  exclude burdened: collateral in [sealed, seized,
      supervised] "the collateral is sealed, seized or supervised"
}

case extension "Extend the term" in lending {
  for requested > 0
  require length: requested <= room "the extension is too long"
  offer { months: requested, secured: secured, unsecured: unsecured }
}

case relend "Lend again under the mortgage" in lending {
  for relending
  require verified: reverified "the collateral was not verified again"
  offer { secured: secured, unsecured: unsecured }
}

test "a medium loan of 36 months is extended by 18" {
  now 2026-11-20T10:00
  loan {
    id: "l1"
    term: medium
    months: 36
    extended: 0
    requested: 18
    collateral: free
    limitation_ends: 2028-01-01
  }
  expect room == 18
  expect offered extension
}

test "by 19 it is refused, by one month" {
  now 2026-11-20T10:00
  loan { id: "l2", term: medium, months: 36, requested: 19 }
  expect requested - room == 1
  expect extension fails length
}

test "a long loan with 24 months of extensions gets 12 more" {
  now 2026-11-20T10:00
  loan {
    id: "l3"
    term: long
    months: 120
    extended: 24
    requested: 12
    collateral: free
    limitation_ends: 2028-01-01
  }
  expect offered extension
}

test "13 more are refused" {
  now 2026-11-20T10:00
  loan { id: "l4", term: long, extended: 24, requested: 13 }
  expect extension fails length
}

test "a short loan is extended by its own term" {
  now 2026-11-20T10:00
  loan {
    id: "l5"
    term: short
    months: 9
    extended: 0
    requested: 9
    collateral: free
    limitation_ends: 2028-01-01
  }
  expect offered extension
}

test "a house that allows half of it says so" {
  now 2026-11-20T10:00
  loan { id: "l5", term: short, months: 9, requested: 5 }
  set short_share = 0.5
  expect room == 4.5
  expect extension fails length
}

test "the mortgage comes first up to its limit" {
  now 2026-11-20T10:00
  loan {
    id: "l6"
    relending: true
    reverified: true
    collateral: free
    claim: 120
    limit: 100
    limitation_ends: 2028-01-01
  }
  expect secured == 100
  expect unsecured == 20
  expect offered relend
}

test "lending again needs a new look at the collateral" {
  now 2026-11-20T10:00
  loan { id: "l7", relending: true, reverified: false }
  expect relend fails verified
}

test "seized collateral is refused" {
  now 2026-11-20T10:00
  loan { id: "l8", collateral: seized }
  expect extension fails burdened
}

test "the last day of the limitation still protects" {
  now 2026-11-20T10:00
  loan {
    id: "l9"
    term: medium
    months: 36
    extended: 0
    requested: 6
    collateral: free
    limitation_ends: 2026-11-20
  }
  expect offered extension
}

test "several refusals are listed together" {
  now 2026-11-20T10:00
  loan {
    id: "l10"
    term: medium
    months: 36
    requested: 19
    relending: true
    reverified: false
    collateral: sealed
    limitation_ends: 2026-11-19
  }
  expect extension fails length
  expect extension fails burdened
  expect extension fails protected
  expect relend fails verified
  expect no offers
}

test "collateral that nobody has checked opens nothing" {
  now 2026-11-20T10:00
  loan {
    id: "l11"
    term: medium
    months: 36
    extended: 0
    requested: 6
    limitation_ends: 2028-01-01
  }
  expect extension unknown burdened
}
