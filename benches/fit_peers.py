"""Learning, side by side with other libraries: RFM (pandas), k-means (scikit-learn), frequent item sets (mlxtend), and
BG/NBD (lifetimes). Prints ratios; only ratios of one run count.

    pip install pandas pyarrow scikit-learn mlxtend lifetimes
    cargo build --release -p casewise --features fit --example fit_peers
    python benches/fit_peers.py RETAIL.parquet CDNOW_MASTER.csv [RUNS]

RETAIL.parquet is UCI's Online Retail (541,909 lines); CDNOW_MASTER.csv the whole CDNOW cohort (23,570 customers). Each
side runs in a process of its own with the data in memory, RUNS times (3 unless told otherwise); the median counts. The
answers of both sides are compared. Time is that of learning alone. Memory is the peak of the process over what it had
with the data in memory.
"""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parent.parent
OURS = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "release/examples/fit_peers"
COLUMNS, K, ITERATIONS = 6, 8, 20


def memory(what: str) -> float:
    for line in open("/proc/self/status"):
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    return 0.0


def measured(run):
    open("/proc/self/clear_refs", "w").write("5")  # Linux forgets the peak of reading the data
    before, start = memory("VmRSS"), time.perf_counter()
    found = run()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "before_mb": before, "peak_mb": memory("VmHWM"), "found": found}


def of_pandas(path):
    import numpy as np
    import pandas as pd

    events = pd.read_csv(path, dtype={"id": str}, parse_dates=["at"])

    def run():
        today = pd.Timestamp("2011-12-10")
        table = events.groupby("id").agg(last=("at", "max"), f=("amount", "size"), m=("amount", "sum"))
        table["r"] = (today - table["last"].dt.normalize()).dt.days
        cuts = {}
        for field in "rfm":
            values = table[field].to_numpy(float)
            cuts[field] = np.quantile(values, [i / 5 for i in range(1, 5)])
            score = 1 + np.searchsorted(cuts[field], values, side="left")
            table[field + "_score"] = 6 - score if field == "r" else score
        return {field: list(map(float, cuts[field])) for field in "rfm"}

    return measured(run)


def of_sklearn(path):
    import numpy as np
    from sklearn.cluster import KMeans

    points = np.fromfile(path).reshape(-1, COLUMNS)

    def run():
        means = KMeans(K, init=points[:K].copy(), n_init=1, max_iter=ITERATIONS, tol=0, algorithm="lloyd").fit(points)
        return {"inertia": float(means.inertia_), "iterations": int(means.n_iter_)}

    import warnings

    warnings.filterwarnings("ignore")
    return measured(run)


def of_mlxtend(path):
    import numpy as np
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth

    baskets = [list(map(int, line.split())) for line in open(path)]
    table = np.zeros((len(baskets), 1 + max(map(max, baskets))), dtype=bool)
    for row, basket in enumerate(baskets):
        table[row, basket] = True
    frame = pd.DataFrame(table)
    del baskets

    def run():
        sets = fpgrowth(frame, min_support=0.01, max_len=10)
        return {"sets": len(sets), "counts": int(round((sets.support * len(frame)).sum()))}

    return measured(run)


def of_lifetimes(path):
    import pandas as pd
    from lifetimes import BetaGeoFitter

    table = pd.read_csv(path)

    def run():
        fitter = BetaGeoFitter().fit(table.repeats, table.recency, table.age)
        found = {name: float(fitter.params_[name]) for name in ("r", "alpha", "a", "b")}
        return found

    return measured(run)


PEERS = {"rfm": of_pandas, "kmeans": of_sklearn, "itemsets": of_mlxtend, "bgnbd": of_lifetimes}


def write_data(folder, retail, cdnow):
    import numpy as np
    import pandas as pd

    lines = pd.read_parquet(retail)
    lines.columns = [str(name).lower().replace(" ", "").replace("_", "") for name in lines.columns]
    customer = "customerid"
    bought = lines[lines[customer].notna() & (lines.quantity > 0) & (lines.unitprice > 0)]
    events = pd.DataFrame({
        "id": bought[customer].astype(float).astype(int).astype(str),
        "at": pd.to_datetime(bought.invoicedate).dt.strftime("%Y-%m-%dT%H:%M:%S"),
        "amount": (bought.quantity * bought.unitprice).round(2),
    })
    events.to_csv(folder / "events.csv", index=False)
    sold = lines[(lines.quantity > 0) & lines.stockcode.notna()]
    codes = {code: n for n, code in enumerate(sorted(sold.stockcode.astype(str).unique()))}
    with open(folder / "baskets.txt", "w") as out:
        for _, codes_of in sold.groupby("invoiceno").stockcode:
            out.write(" ".join(str(codes[code]) for code in sorted(set(codes_of.astype(str)))) + "\n")
    rng = np.random.default_rng(7)
    centres = rng.normal(scale=2.0, size=(12, COLUMNS))
    points = centres[rng.integers(12, size=1_000_000)] + rng.normal(size=(1_000_000, COLUMNS))
    points.astype("<f8").tofile(folder / "points.bin")
    bought = pd.read_csv(cdnow)
    bought.columns = [name.lower() for name in bought.columns]
    bought["date"] = pd.to_datetime(bought["date"].astype(str))
    end = pd.Timestamp("1997-09-30")
    days = bought[bought["date"] <= end].drop_duplicates(["customer_id", "date"]).groupby("customer_id")["date"]
    table = days.agg(["min", "max", "size"])
    pd.DataFrame({
        "repeats": table["size"] - 1,
        "recency": (table["max"] - table["min"]).dt.days / 7,
        "age": (end - table["min"]).dt.days / 7,
    }).to_csv(folder / "histories.csv", index=False)
    return {
        "rfm": [folder / "events.csv"],
        "kmeans": [folder / "points.bin", COLUMNS, K, ITERATIONS],
        "itemsets": [folder / "baskets.txt", 1],
        "bgnbd": [folder / "histories.csv"],
    }


def run(command, threads):
    env = {**os.environ, "RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    said = subprocess.run(list(map(str, command)), env=env, check=True, capture_output=True, text=True)
    return json.loads(said.stdout.splitlines()[-1])


def agree(what, ours, theirs):
    close = lambda a, b, within: abs(a - b) <= within * max(abs(a), abs(b), 1e-300)
    if what == "rfm":
        learned = ours["parts"]["loyalty"]["learned"]["rfm"]
        cuts = {"r": "recency", "f": "frequency", "m": "monetary"}
        return all(
            close(a, b, 1e-12) for short, name in cuts.items() for a, b in zip(learned[name]["cuts"], theirs[short])
        )
    if what == "kmeans":
        return close(ours["inertia"], theirs["inertia"], 1e-6)
    if what == "itemsets":
        return ours["sets"] == theirs["sets"] and ours["counts"] == theirs["counts"]
    # The peer stops earlier than we do.
    return all(close(ours[name], theirs[name], 1e-4) for name in ("r", "alpha", "a", "b"))


def main():
    if sys.argv[1] == "--peer":
        print(json.dumps(PEERS[sys.argv[2]](sys.argv[3])))
        return
    retail, cdnow, *more = sys.argv[1:]
    runs = int(more[0]) if more else 3
    only = more[1:] or list(PEERS)
    with tempfile.TemporaryDirectory() as folder:
        data = write_data(pathlib.Path(folder), retail, cdnow)
        print("| | threads | casewise | peer | times as fast | casewise: memory over data | peer: memory over data | same answer |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for what in only:
            # mlxtend, pandas and lifetimes use one thread whatever they are allowed.
            for threads in [1, 2]:
                ours = [run([OURS, what, *data[what]], threads) for _ in range(runs)]
                theirs = [run([sys.executable, __file__, "--peer", what, data[what][0]], threads) for _ in range(runs)]
                seconds = [statistics.median(one["seconds"] for one in side) for side in (ours, theirs)]
                extra = [max(one["peak_mb"] - one["before_mb"] for one in side) for side in (ours, theirs)]
                base = [side[0]["before_mb"] for side in (ours, theirs)]
                print(
                    f"| {what} | {threads} | {seconds[0]:.4f} s | {seconds[1]:.4f} s | {seconds[1] / seconds[0]:.1f} "
                    f"| {extra[0]:.0f} over {base[0]:.0f} MB | {extra[1]:.0f} over {base[1]:.0f} MB "
                    f"| {'yes' if agree(what, ours[0]['found'], theirs[0]['found']) else 'NO'} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
