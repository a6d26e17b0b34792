# A customer calls, comes by or buys something; in that moment one fitting offer may be made.
# What the moment brings is the context. What was bought a few seconds ago is already history.
model touchpoint "Live touchpoint with product check" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  state: enum(active, suspended, closed)
  tags: set(text)
  subscriptions: set(text)
  consents: set(enum(sms, email))
  arpu: decimal "average revenue a month"
  contract_ends: date?
}

context {
  trigger: enum(inbound_call, location, purchase)
  item: text? "what was bought"
}

# Orders reach this table at once, the subscriptions on the customer only over night.
events purchase { product: text }

param notice "how long before its end a contract is renewed": duration in 1 day .. 365 days = 90 days
param rich "revenue a month that counts as full value": decimal in 1 .. 10_000 = 200

score worth "share of full value" = min(arpu, rich) / rich otherwise 0

segment heavy_data "流量大户" = "heavy_data" in tags
segment ending "contract ends soon" = contract_ends in next notice

# The hotline agent speaks anyway: an offer there is no message of its own, and no quiet hours apply.
channel hotline {
  require trigger == inbound_call
}

channel sms {
  require sms in consents
  quiet 21:00 .. 09:00
}

every case {
  require state: state == active "the line is not active"
}

case k1 "Data pack" {
  for heavy_data
  require moment: trigger != purchase or item == "phone" "buying something else"
  require product_check: "data_pack" not in subscriptions
    and not exists(purchase where product == "data_pack") "has the pack"
  channels hotline, sms
  priority 60 + 20 * worth
  offer { product: "data_pack", price: 20 }
}

case k2 "Plan upgrade" {
  for ending
  channels hotline, sms
  priority 40 + 60 * worth
  offer { product: "plan_max", until: contract_ends }
}

decide {
  rank by priority
  top 1
}

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

test "with a notice of 30 days the upgrade waits" {
  now 2026-11-20T11:00
  context { trigger: inbound_call }
  customer { id: "c5", contract_ends: 2027-01-15 }
  set notice = 30 days
  expect k2 fails for
}
