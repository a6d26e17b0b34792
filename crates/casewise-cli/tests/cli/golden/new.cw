# A starting model, made by `casewise new` from ugly.csv with 6 rows. Read it, and edit what the data cannot say.
model ugly_shop {
  language 1
  version "1"
  timezone "UTC"  # of `today`, and of times without an offset
}

customer {
  key kunden_nr_x: text from "Kunden Nr.;x"
  age_years: int? from "Age (years)"  # 29 to 50; missing in 16.7 %
  Ort: enum(bad_homburg "Bad Homburg", Köln)
  active: bool("Yes", "No") from "active?"
  since: date?  # 2019-12-31 to 2024-01-31; missing in 16.7 %
  last_seen: time? from "last seen"  # missing in 50.0 %
  spent: decimal from "spent €"  # 0.1 to 100
  tags: set(enum(a, b))
  note: text?  # missing in 16.7 %
  c_2024: text from "2024"  # text, since some begin with 0
  case_: text from "case"
  empty: text?  # always empty; missing in 100.0 %
}

# A first case, to be edited. Once it is `live`, `casewise decide` offers it.
case first "A first case" {
  status draft
  for spent >= 3  # for whom it is
  priority 50
}

decide {
  rank by priority
  top 3
}

test "a draft is offered to nobody" {
  now 2026-01-01T10:00
  customer { kunden_nr_x: "1" }
  expect first fails status
}
