"""The neutral workload with its conditions as clauses, three channels, a contact policy and priorities.

    python3 clauses.py workload.cw > clauses.cw

Each case's condition is split at its outermost `and`s into `for` and `require` clauses, as people write them. The
priority of a case is drawn from its name.
"""

import hashlib
import re
import sys


def split(condition):
    """The parts between the outermost `and`s; the one of `between` is none."""
    if not (condition.startswith("(") and condition.endswith(")")):
        return [condition]
    parts, part, depth = [], "", 0
    for token in re.split(r"(\(|\)|\[|\]| and )", condition[1:-1]):
        depth += (token in "([" and token != "") - (token in ")]" and token != "")
        if depth < 0:
            return [condition]
        if token == " and " and depth == 0 and not re.search(r"between [^ ]+( [+-] \d+ \w+)?$", part):
            parts.append(part)
            part = ""
        else:
            part += token
    return [*parts, part]


for line in open(sys.argv[1], encoding="utf-8"):
    case = re.match(r"case (\w+) \{ for (.*) \}$", line)
    if not case:
        print(line, end="")
        continue
    name, (first, *others) = case[1], split(case[2])
    priority = int(hashlib.md5(name.encode()).hexdigest(), 16) % 100
    required = "".join(f"require {other}; " for other in others)
    print(f"case {name} {{ for {first}; {required}priority {priority} }}")
print("""
channel sms { require consent_sms }
channel email { require consent_email }
channel call { require consent_call }
contacts { at most 2 per 7 days; pause 30 days after rejected same case }
decide { rank by priority; top 3 }""")
