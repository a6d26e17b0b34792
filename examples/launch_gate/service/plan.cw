# Team service: what a hotline needs.

gate service_plan "service plan" {
  require staffing: staffing is present and staffing > 0 "nobody staffs the hotline"
  require answers: answers is present and answers > 0 "the hotline has no answers"
}

test "no staff, no answers: no service plan" {
  now 2026-11-20T10:00
  case_file { id: "f5", answers: 30 }
  expect not service_plan
  expect launch fails service
}
