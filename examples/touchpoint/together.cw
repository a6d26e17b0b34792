# What the teams promise each other: their cases in one moment.

test "an inbound call of a heavy user: the data pack, on the line" {
  now 2026-11-20T22:30
  context { trigger: inbound_call }
  customer {
    id: "c1"
    state: active
    tags: ["heavy_data"]
    subscriptions: []
    consents: [sms]
    arpu: 80
    contract_ends: 2027-01-15
  }
  expect worth == 0.4
  expect offered k1 on hotline
  expect k2 outranked
}

test "ten seconds after buying the pack, the same call brings the upgrade" {
  now 2026-11-20T22:30:10
  context { trigger: inbound_call }
  customer {
    id: "c1"
    state: active
    tags: ["heavy_data"]
    subscriptions: []
    consents: [sms]
    arpu: 80
    contract_ends: 2027-01-15
  }
  purchase [ { at: 2026-11-20T22:30:00, product: "data_pack" } ]
  expect k1 fails product_check
  expect offered k2 on hotline
}

test "a suspended line gets nothing" {
  now 2026-11-20T22:30
  context { trigger: inbound_call }
  customer { id: "c3", state: suspended }
  expect k1 fails state
  expect k2 fails state
  expect no offers
}

test "a call without a need is answered with an empty decision" {
  now 2026-11-20T22:30
  context { trigger: inbound_call }
  customer { id: "c4", state: active, tags: [], contract_ends: 2028-01-15 }
  expect no offers
}

test "a rich customer hears of the upgrade first" {
  now 2026-11-20T11:00
  context { trigger: inbound_call }
  customer {
    id: "c5"
    state: active
    tags: ["heavy_data"]
    subscriptions: []
    arpu: 190
    contract_ends: 2027-01-15
  }
  expect offered k2 on hotline
  expect k1 outranked
}
