# A customer calls, comes by or buys something; in that moment one fitting offer may be made.
# What the moment brings is the context. What was bought a few seconds ago is already history.
model touchpoint "Live touchpoint with product check" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

# Who the customer is, and how they are reached.
include "base/*.cw"

# One policy for all teams.
every case {
  require state: state == active "the line is not active"
}

decide {
  rank by priority
  top 1
}

# A folder for each team.
include "data/*.cw"
include "plans/*.cw"
include "together.cw"
