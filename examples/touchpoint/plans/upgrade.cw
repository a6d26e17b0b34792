# Team plans: the upgrade before a contract ends.

param notice "how long before its end a contract is renewed": duration in 1 day .. 365 days = 90 days

segment ending "contract ends soon" = contract_ends in next notice

case k2 "Plan upgrade" {
  for ending
  channels hotline, sms
  priority 40 + 60 * worth
  offer { product: "plan_max", until: contract_ends }
}

test "with a notice of 30 days the upgrade waits" {
  now 2026-11-20T11:00
  context { trigger: inbound_call }
  customer { id: "c5", contract_ends: 2027-01-15 }
  set notice = 30 days
  expect k2 fails for
}
