# What every launch must meet, signed by legal, service and operations.

param rehearsal_bar "coverage above which a launch is rehearsed": int in 0 .. 100_000_000 = 100_000

# The gates are the same for every launch.
group launches {
  require complete: [materials, system_test, pricing,
      training] subset of prepared "the preparation is not complete"
  require wording: wording_approved "the wording is not approved"
  require service: service_plan "there is no service plan"
  require rehearsal: coverage <= rehearsal_bar or rehearsed "so many customers need a rehearsal"
  exclude trap: forced_gift and reverse_subscription "a forced gift that turns into a paid service"
}

test "without the training the preparation is not complete" {
  now 2026-11-20T10:00
  case_file { id: "f2", prepared: [materials, system_test, pricing] }
  expect launch fails complete
}

test "a wording that was turned down" {
  now 2026-11-20T10:00
  case_file { id: "f3", wording_approved: false }
  expect launch fails wording
}

test "a wording that nobody has judged is not known, and does not pass" {
  now 2026-11-20T10:00
  case_file {
    id: "f4"
    urgent: false
    prepared: [materials, system_test, pricing, training]
    approvals: [product, legal, finance, director]
    staffing: 12
    answers: 30
    forced_gift: false
    reverse_subscription: false
    coverage: 5_000
    rehearsed: false
  }
  expect launch unknown wording
}

test "a forced gift with reverse subscription is refused whatever else holds" {
  now 2026-11-20T10:00
  case_file { id: "f6", forced_gift: true, reverse_subscription: true }
  expect launch fails trap
}

test "refused also while the wording is not judged: false, not unknown" {
  now 2026-11-20T10:00
  case_file {
    id: "f6"
    urgent: false
    prepared: [materials, system_test, pricing, training]
    approvals: [product, legal, finance, director]
    staffing: 12
    answers: 30
    forced_gift: true
    reverse_subscription: true
    coverage: 5_000
    rehearsed: true
  }
  expect launch fails trap
}

test "a forced gift alone passes" {
  now 2026-11-20T10:00
  case_file {
    id: "f6"
    urgent: false
    prepared: [materials, system_test, pricing, training]
    approvals: [product, legal, finance, director]
    wording_approved: true
    staffing: 12
    answers: 30
    forced_gift: true
    reverse_subscription: false
    coverage: 5_000
    rehearsed: true
  }
  expect offered launch
}

test "one customer above the bar: a rehearsal" {
  now 2026-11-20T10:00
  case_file { id: "f7", coverage: 100_001, rehearsed: false }
  expect launch fails rehearsal
}
