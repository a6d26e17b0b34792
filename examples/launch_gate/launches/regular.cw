case launch "Go live" in launches {
  for not urgent
  require approved: [product, legal, finance, director] subset of approvals "signatures are missing"
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
