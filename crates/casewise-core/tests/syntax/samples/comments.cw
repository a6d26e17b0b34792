

# Comments stand anywhere, and stay.
# A second line.

model commented {   # behind a brace
  # before a clause
  language 1   # behind a clause


  # before the end
}
# Right before a declaration.
customer {
  key id: text # the key
  # alone

  plan: enum(basic, # first
    plus, max)

  # last
}
segment a = plan == basic # behind
segment b = plan == basic and   # after an operator
  # alone inside
  plan != plus
  or plan == max   # the end
segment c = (plan # in parentheses
  == basic)
segment d = plan in [basic, # one
  plus
  # none
]
let e = 1 + # one
  2
let f = count(call where kind == local # where
  over last 3 days # over
)
let g =    # the value
  3
let h = if a # cond
  then 1 # then
  else 2 # else
scorecard card {   # header
  base 300   # base
  # factor
  by plan { # bands
    basic -> 1 # basic
    # between

    plus -> 2,
    max -> # arrow
      3
  } # behind the bands
  by age { missing -> 0, any -> 1 } # one line
}
case offer_all { for a # for
  with x = 1, # x
    y = 2
  offer { # offer
    price: 0 # price
  }
  # end of the case
} # behind the case
test "t" {
  call [ # calls
    { at: 2026-01-01, x: 1 }, # one
    # two
    { at: 2026-01-02, x: 2 }
    # three
  ]
  customer { id: "1" } # who
}


segment z = a
segment y = a



# At the very end.
