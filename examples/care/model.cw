# Messages that care for a customer, and a policy that keeps them from becoming too many.
model care "Care and fatigue" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

include "base/*.cw"
include "policy/*.cw"
include "marketing/*.cw"
include "service/*.cw"
