# An urgent case needs fewer signatures, and nothing else less.
case urgent_launch "Go live, urgently" in launches {
  for urgent
  require approved: [product, legal] subset of approvals "signatures are missing"
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
