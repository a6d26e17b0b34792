# The file of a case that asks to be launched, as the workflow keeps it.

subject case_file {
  key id: text
  urgent: bool
  prepared: set(enum(materials, system_test, pricing,
    training)) "steps of the preparation that are done"
  approvals: set(enum(product, legal, finance, director)) "who has signed"
  wording_approved: bool? "missing: not judged yet"
  staffing: int? "agents on the hotline for this case"
  answers: int? "prepared answers for the hotline"
  forced_gift: bool "the customer gets it without asking"
  reverse_subscription: bool "it becomes a paid service unless cancelled"
  coverage: int "customers reached"
  rehearsed: bool
}
