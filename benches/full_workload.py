#!/usr/bin/env python3
"""The neutral workload as a whole decision: priorities, channels with consent, a contact policy, past contacts.

usage: full_workload.py FOLDER [ROWS]

FOLDER holds `workload.cw` and `data/` (see workload.md). Writes `full.cw` beside it, and `contacts.parquet`: past
contacts of the customers 1 .. ROWS (1,000,000), in no order. Decide with

    casewise decide full.cw --customers data/customers_1m.parquet --events contact=contacts.parquet \\
        --now 2026-11-01 --select offers,eligible-bits --counts counts.csv -o decisions.parquet
"""
import datetime as dt
import random
import re
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
draw = random.Random(20261129)

with open(f"{folder}/workload.cw") as f:
    text = f.read()


def case(found):
    channels = draw.sample(["sms", "email", "call"], draw.choice([1, 2, 2, 3]))
    return f"case {found[1]} {{ channels {', '.join(channels)}; priority {draw.randint(1, 999)};"


text, cases = re.subn(r"^case (\w+) \{", case, text, flags=re.M)
policy = """channel sms { require consent_sms }
channel email { require consent_email }
channel call { require consent_call }

contacts {
  at most 3 per 7 days
  at most 1 per 30 days per case
  pause 60 days after complained
  pause 14 days after rejected same case
}

decide { top 3 }

"""
first = text.index("case ")
with open(f"{folder}/full.cw", "w") as f:
    f.write(text[:first] + policy + text[first:])

rng = np.random.default_rng(20261129)
count = rows * 2 // 5
names = re.findall(r"^case (\w+)", text, flags=re.M)
now = int(dt.datetime(2026, 11, 1, tzinfo=dt.timezone.utc).timestamp()) * 1_000_000
words = lambda labels, codes: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(labels))
table = pa.table({
    # Some customers have many contacts, and most have none.
    "id": pa.array((rows * rng.beta(1, 3, count)).astype(np.int32) + 1),
    "at": pa.array(now - rng.integers(1, 60 * 86_400 * 1_000_000, count), pa.timestamp("us", tz="UTC")),
    "case": words(names, rng.integers(0, len(names), count)),
    "channel": words(["sms", "email", "call"], rng.integers(0, 3, count)),
    "outcome": words(["sent", "opened", "accepted", "rejected", "complained"],
                     rng.choice(5, count, p=[0.86, 0.08, 0.02, 0.03, 0.01])),
})
pq.write_table(table, f"{folder}/contacts.parquet")
print(f"{cases} cases, {count} contacts of {len(np.unique(table['id'].to_numpy()))} customers")
