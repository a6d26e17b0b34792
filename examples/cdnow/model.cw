# A CD shop's customers of the first quarter of 1997: what they are worth, and whom to win back.
model cdnow "CDs by mail" {
  language 1
  version "1"
  timezone "America/New_York"
}

customer { key id: int }
events buy { at: date, quantity: int, amount: decimal }

rfm loyalty "recency, frequency, monetary" of buy { monetary sum(amount); bins 5 }

behavior warmth "how lately they bought" of buy {
  weight amount
  half_life 60 days
  scale percentile
}

lifetime clv "what is to come" of buy {
  monetary sum(amount)
  unit 1 week
  horizon 39 weeks
  discount 10%
}

segment loyal = loyalty.total >= 12
segment fading = loyalty.f >= 4 and clv.alive < 0.5

case win_back "Come back" {
  for fading
  priority clv.value
  offer { discount: 20% }
}
case thanks "Thank you" {
  for loyal
  exclude fading
  priority 10 + warmth
}

decide { rank by priority; top 1 }
