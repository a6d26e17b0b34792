# Before a marketing case goes live, the case itself is judged. Every refusal says why;
# all that is wrong is listed together, so that one round of repairs is enough.
model launch_gate "Launch gate for marketing cases" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

subject case_file {
  key id: text
  urgent: bool
  prepared: set(enum(materials, system_test, pricing,
    training)) "steps of the preparation that are done"
  approvals: set(enum(product, legal, finance, director)) "who has signed"
  wording_approved: bool? "missing: not judged yet"
  staffing: int? "agents on the hotline for this case"
  answers: int? "prepared answers for the hotline"
  forced_gift: bool "the customer gets it without asking"
  reverse_subscription: bool "it becomes a paid service unless cancelled"
  coverage: int "customers reached"
  rehearsed: bool
}

param rehearsal_bar "coverage above which a launch is rehearsed": int in 0 .. 100_000_000 = 100_000

gate service_plan "service plan" {
  require staffing: staffing is present and staffing > 0 "nobody staffs the hotline"
  require answers: answers is present and answers > 0 "the hotline has no answers"
}

# The gates are the same for every launch.
group launches {
  require complete: [materials, system_test, pricing,
      training] subset of prepared "the preparation is not complete"
  require wording: wording_approved "the wording is not approved"
  require service: service_plan "there is no service plan"
  require rehearsal: coverage <= rehearsal_bar or rehearsed "so many customers need a rehearsal"
  exclude trap: forced_gift and reverse_subscription "a forced gift that turns into a paid service"
}

case launch "Go live" in launches {
  for not urgent
  require approved: [product, legal, finance, director] subset of approvals "signatures are missing"
}

# An urgent case needs fewer signatures, and nothing else less.
case urgent_launch "Go live, urgently" in launches {
  for urgent
  require approved: [product, legal] subset of approvals "signatures are missing"
}

test "everything in place: it may go live" {
  now 2026-11-20T10:00
  case_file {
    id: "f1"
    urgent: false
    prepared: [materials, system_test, pricing, training]
    approvals: [product, legal, finance, director]
    wording_approved: true
    staffing: 12
    answers: 30
    forced_gift: false
    reverse_subscription: false
    coverage: 100_000
    rehearsed: false
  }
  expect offered launch
  expect urgent_launch fails for
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

test "no staff, no answers: no service plan" {
  now 2026-11-20T10:00
  case_file { id: "f5", answers: 30 }
  expect not service_plan
  expect launch fails service
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

test "an urgent case goes with two signatures" {
  now 2026-11-20T10:00
  case_file {
    id: "f8"
    urgent: true
    prepared: [materials, system_test, pricing, training]
    approvals: [product, legal]
    wording_approved: true
    staffing: 12
    answers: 30
    forced_gift: false
    reverse_subscription: false
    coverage: 5_000
    rehearsed: false
  }
  expect offered urgent_launch
  expect launch fails approved
}

test "an urgent case meets the same gates" {
  now 2026-11-20T10:00
  case_file {
    id: "f9"
    urgent: true
    prepared: [materials]
    staffing: 0
    answers: 0
    forced_gift: true
    reverse_subscription: true
    coverage: 250_000
    rehearsed: false
  }
  expect urgent_launch fails complete
  expect urgent_launch fails service
  expect urgent_launch fails rehearsal
  expect urgent_launch fails trap
}
