# Team sales.

segment new_joiners "新入网客户" = joined in last 30 days
segment parents "育儿客户" = "parenting" in tags

# A service without an end does not end: that is a fact, not a gap.
segment leaving_soon "service ends within two weeks" = service_ends is present
  and service_ends in next 14 days

case renewal "Reminder that the service ends" in sales {
  for leaving_soon
  priority 80
  offer { until: service_ends }
}

case welcome "Welcome" in sales {
  for new_joiners
  priority 70
  offer { text: "welcome" }
}

case preference "Offer for parents" in sales {
  for parents
  priority 60
  offer { price: 9.90, months: 3 }
}

test "three cases match: the highest is offered, the others stand behind it" {
  now 2026-02-28T15:00
  customer {
    id: "k1"
    joined: 2026-02-20
    tags: ["parenting"]
    service_ends: 2026-03-10
    consents: [sms, app]
  }
  expect offered renewal on app
  expect welcome outranked
  expect preference outranked
}

test "with a cap of two a day, two are offered" {
  now 2026-02-28T15:00
  customer {
    id: "k1"
    joined: 2026-02-20
    tags: ["parenting"]
    service_ends: 2026-03-10
    consents: [sms, app]
  }
  set daily_cap = 2
  expect offered renewal
  expect offered welcome
  expect preference outranked
}
