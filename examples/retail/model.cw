# Customers of a gift shop, wholesalers among them: who is worth most, and who is slipping away.
model retail "Online retail" {
  language 1
  version "2011.09"
  timezone "Europe/London"
}

customer {
  key id: int
}

events buy {
  lines: int
  amount: decimal
}

rfm loyalty "the last half year" of buy {
  monetary sum(amount)
  over last 180 days
  bins 5
}

behavior warmth of buy {
  weight amount
  half_life 45 days
  scale percentile
}

let invoices = count(buy)
let spent = sum(buy.amount)

cluster kind {
  features log(invoices + 1), log(spent + 1), warmth
  missing zero
  k 4
  seed 11
}

segment champions = loyalty.total >= 13
segment slipping "bought often, silent now" = loyalty.f >= 4 and loyalty.r <= 2

case win_back "We miss you" {
  for slipping
  priority spent
  quota 200
  offer { discount: 10%, until: today + 30 days }
}

case early_access "First look at the winter range" {
  for champions
  exclude slipping
  priority 5 + warmth / 100
}

decide {
  rank by priority
  top 1
}

test "a champion who is not slipping gets the first look" {
  now 2011-09-01
  customer { id: 1 }
  given loyalty.total = 15
  given loyalty.f = 5
  given loyalty.r = 5
  given warmth = 90
  expect champions
  expect offered early_access
}
