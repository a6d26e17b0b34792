# Before a marketing case goes live, the case itself is judged. Every refusal says why;
# all that is wrong is listed together, so that one round of repairs is enough.
model launch_gate "Launch gate for marketing cases" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

include "case_file.cw"
include "service/*.cw"
include "gates.cw"
include "launches/*.cw"
