# The customer base, and what a moment brings. Every team reads it, nobody owns it.

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

param rich "revenue a month that counts as full value": decimal in 1 .. 10_000 = 200

score worth "share of full value" = min(arpu, rich) / rich otherwise 0
