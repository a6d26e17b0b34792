# Team care: greetings.

case greeting "Birthday greeting" in marketing {
  for birthday
  priority 100
  offer { text: "happy birthday" }
}

test "born on 29 February, greeted on the 28th, and sold nothing" {
  now 2026-02-28T15:00
  customer { id: "k3", joined: 2024-01-01, born: 2004-02-29, tags: ["parenting"], consents: [sms] }
  expect birthday
  expect offered greeting
  expect preference fails birthday
}

test "in a leap year on the 29th" {
  now 2028-02-28T15:00
  customer { id: "k3", joined: 2024-01-01, born: 2004-02-29, tags: [], consents: [sms] }
  expect not birthday
}
