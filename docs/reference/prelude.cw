# What the snippets of the reference stand on: a snippet marked `fragment` is checked behind this text.
model prelude "The model behind the snippets" {
  language 1
  version "1"
  timezone "Asia/Shanghai"
}

customer {
  key id: text
  name: text?
  age: int?
  income: decimal?
  arpu: decimal
  state: enum(active, suspended, closed)
  plan: enum(basic, plus, max)
  size: enum(small, medium, large) ordered
  joined: date
  born: date?
  last_seen: time?
  zone: text?
  consents: set(enum(sms, email, call))
  products: set(text)
  churned: bool?
  distance: float?
}

context {
  touchpoint: enum(counter, app, hotline)?
}

events recharge { amount: decimal, via: enum(app, shop)? }
events usage { kind: enum(local, roaming, forwarded), minutes: float }
events visit { at: date, page: text }
list do_not_disturb "asked not to be contacted"
