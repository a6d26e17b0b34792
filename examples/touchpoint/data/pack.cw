# Team data: the pack for heavy users.

segment heavy_data "流量大户" = "heavy_data" in tags

case k1 "Data pack" {
  for heavy_data
  require moment: trigger != purchase or item == "phone" "buying something else"
  require product_check: "data_pack" not in subscriptions
    and not exists(purchase where product == "data_pack") "has the pack"
  channels hotline, sms
  priority 60 + 20 * worth
  offer { product: "data_pack", price: 20 }
}

test "who buys a charger is not told about data" {
  now 2026-11-20T11:00
  context { trigger: purchase, item: "charger" }
  customer { id: "c1", tags: ["heavy_data"], contract_ends: 2028-01-15 }
  expect k1 fails moment
  expect no offers
}

test "in quiet hours a place brings no text message" {
  now 2026-11-20T22:30
  context { trigger: location }
  customer { id: "c1", tags: ["heavy_data"], consents: [sms], contract_ends: 2028-01-15 }
  expect k1 fails channels
  expect no offers
}

test "by day the same place brings one" {
  now 2026-11-20T11:00
  context { trigger: location }
  customer {
    id: "c1"
    state: active
    tags: ["heavy_data"]
    subscriptions: []
    consents: [sms]
    contract_ends: 2028-01-15
  }
  expect offered k1 on sms
}
