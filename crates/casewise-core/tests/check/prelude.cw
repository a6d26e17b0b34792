customer { key id: text, age: int?, plan: enum(basic, plus, max), arpu: decimal?, joined: date, consents: set(enum(sms, email, call)), products: set(text) }
