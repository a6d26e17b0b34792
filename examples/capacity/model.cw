# Money for a project is released only inside what the unit can earn and what its budget line allows.
model capacity "Investment gate" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

subject project {
  key id: text
  operating: decimal "operating cash flow of the unit"
  financing: decimal "financing cash flow"
  inflow: decimal "cash back from investments"
  change_in_cash: decimal "what cash must grow by"
  liabilities: decimal
  assets: decimal
  budget: decimal? "the budget line; missing if there is none"
  spent: decimal
  requested: decimal
  board_approved: bool
}

param strict_above "liability ratio above which control is strict": decimal in 0 .. 1 = 0.70

let capacity = operating + financing + inflow - change_in_cash
let liability_ratio = liabilities / assets

segment strict "strict control" = liability_ratio > strict_above

group investment {
  require budget_line: budget is present "no budget line"
  require within_budget: requested <= budget - spent "more than the budget line has left"
  require affordable: requested <= capacity "more than the unit can invest"
}

case release "Release the money" in investment {
  for not strict
}

case strict_release "Release the money under strict control" in investment {
  for strict
  require board: board_approved "the board has not approved it"
}

test "capacity is what the year leaves" {
  now 2026-11-20T10:00
  project {
    id: "p1"
    operating: 120
    financing: 30
    inflow: 10
    change_in_cash: 20
    liabilities: 700
    assets: 1000
    budget: 60
    spent: 55
    requested: 5
    board_approved: false
  }
  expect capacity == 140
  expect offered release
}

test "one more than the line has left is refused, by one" {
  now 2026-11-20T10:00
  project { id: "p2", budget: 60, spent: 55, requested: 6 }
  expect requested - (budget - spent) == 1
  expect release fails within_budget
}

test "a ratio of 0.700 is not above 0.70" {
  now 2026-11-20T10:00
  project { id: "p1", liabilities: 700, assets: 1000 }
  expect liability_ratio == 0.7
  expect not strict
}

test "a ratio of 0.701 is, and asks for the board" {
  now 2026-11-20T10:00
  project { id: "p3", liabilities: 701, assets: 1000, board_approved: false }
  expect strict
  expect release fails for
  expect strict_release fails board
}

test "with the board it goes" {
  now 2026-11-20T10:00
  project {
    id: "p4"
    operating: 120
    financing: 30
    inflow: 10
    change_in_cash: 20
    liabilities: 701
    assets: 1000
    budget: 60
    spent: 55
    requested: 5
    board_approved: true
  }
  expect offered strict_release
}

test "without a budget line it is refused" {
  now 2026-11-20T10:00
  project { id: "p5", requested: 5 }
  expect release fails budget_line
}

test "money is exact: 0.1 and 0.2 fill a line of 0.3" {
  now 2026-11-20T10:00
  project {
    id: "p6"
    operating: 120
    financing: 30
    inflow: 10
    change_in_cash: 20
    liabilities: 700
    assets: 1000
    budget: 0.3
    spent: 0.1
    requested: 0.2
    board_approved: false
  }
  expect offered release
}

test "a unit without assets has no ratio, and gets no money" {
  now 2026-11-20T10:00
  project {
    id: "p7"
    operating: 120
    financing: 30
    inflow: 10
    change_in_cash: 20
    liabilities: 700
    assets: 0
    budget: 60
    spent: 55
    requested: 5
    board_approved: true
  }
  expect liability_ratio is missing
  expect release unknown for
  expect strict_release unknown for
}

test "a budget line beyond what the unit can invest" {
  now 2026-11-20T10:00
  project { id: "p8", operating: 12.50, financing: 0, inflow: 0, change_in_cash: 10, requested: 3 }
  expect capacity == 2.5
  expect release fails affordable
}
