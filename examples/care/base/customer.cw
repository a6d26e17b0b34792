# The customer base. Every team reads it, nobody owns it.

customer {
  key id: text
  joined: date
  born: date?
  tags: set(text)
  service_ends: date? "end of the current service"
  works_on: date? "planned works on the customer's line"
  consents: set(enum(sms, app))
}

list do_not_contact "special list"

# Who was born on 29 February celebrates on the 28th in a short year.
let birthday = born is present and next_anniversary(born) == today
