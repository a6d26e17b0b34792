#!/usr/bin/env python3
"""The neutral workload beside other engines, in one run: who is how much slower, with the same answers.

usage: peers.py FOLDER [batch|one ...]

FOLDER holds the workload, its data and the peers' scripts, see workload.md. A batch is 1,000,000 customers by 1000
cases from columns in memory, on one thread and on two: casewise, Polars, DuckDB. One customer is the statuses of all
1000 cases: casewise, and zen, datalogic and cel in Rust. Every engine compares its counts with `expected.json`; in a
batch casewise also compares who they are. An answer that differs ends the run.

casewise reads the products of a customer as a list of texts. Polars has them as the bits of a number, which is faster
there; DuckDB is measured with both, and both are shown.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BENCHES = Path(__file__).resolve().parent
SECONDS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def casewise(folder: Path, parts: list[str]) -> dict[str, list[float]]:
    """Seconds by figure; for one customer the median and the 99th percentile. It panics on a wrong answer."""
    manifest = str(BENCHES / "Cargo.toml")
    subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", manifest, "--bins"], check=True)
    figures = {}
    for line in run([str(BENCHES / "target/release/workload"), str(folder), *parts], folder).splitlines():
        name, *times = line.split("\t")
        numbers = [re.fullmatch(r"([\d.]+)(ns|µs|ms|s)", time) for time in times]
        figures[name] = [float(found[1]) * SECONDS[found[2]] for found in numbers if found]
    return figures


def seconds(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    if found is None or ": OK " not in text:
        raise SystemExit(f"not the expected answers:\n{text}")
    return float(found[1])


def polars(folder: Path, threads: int) -> float:
    """The faster of its forms: sums, or boolean columns."""
    python = str(folder / "venv/bin/python")
    forms = [run([python, "peer_polars.py", "1m", str(threads), mode, "mask"], folder) for mode in ("count", "bool")]
    return min(seconds(text, r" med=([\d.]+)s") for text in forms)


def duckdb(folder: Path, threads: int, products: str) -> float:
    """One run each: they take long, and differ little."""
    python = str(folder / "venv/bin/python")
    text = run([python, "peer_duckdb.py", "1m", str(threads), "count", products, "1"], folder)
    return seconds(text, r" med=([\d.]+)s")


def rust(folder: Path, engine: str) -> tuple[float, float, float]:
    """Median and 99th percentile from a prepared subject, and the median with preparing it."""
    peers = folder / "rust_peers"
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=peers, check=True)
    text = run([str(peers / "target/release/rust_peers"), engine], folder)
    prepared = r"eval-only_us p50=([\d.]+) p99=([\d.]+)"
    whole = seconds(text, r"full_us p50=([\d.]+)")
    found = re.search(prepared, text)
    assert found is not None
    return float(found[1]) * 1e-6, float(found[2]) * 1e-6, whole * 1e-6


def show(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(rows: list[list[str]]) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for n, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if n == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")
    print(flush=True)


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    parts = sys.argv[2:] or ["batch", "one"]
    own = casewise(folder, parts)
    print(f"opening the model of 1000 cases: {show(own['opening'][0])}\n", flush=True)
    if "batch" in parts:
        rows = [["1,000,000 × 1000", "1 thread", "× casewise", "2 threads", "× casewise"]]
        ours = [own[f"batch, {threads} threads"][0] for threads in (1, 2)]
        rows.append(["casewise", show(ours[0]), "1", show(ours[1]), "1"])
        with_bits, with_lists = (lambda f, t, p=p: duckdb(f, t, p) for p in ("mask", "list"))
        peers = [("Polars", polars), ("DuckDB, products as bits", with_bits), ("DuckDB, as lists", with_lists)]
        for name, peer in peers:
            theirs = [peer(folder, threads) for threads in (1, 2)]
            ratios = [f"{time / our:.1f}" for time, our in zip(theirs, ours)]
            rows.append([name, show(theirs[0]), ratios[0], show(theirs[1]), ratios[1]])
        table(rows)
    if "one" in parts:
        rows = [["one customer × 1000", "median", "× casewise", "p99", "from JSON or a map", "× casewise"]]
        median, p99 = own["one, prepared"]
        whole, whole_p99 = own["one, statuses from JSON"]
        rows.append(["casewise", show(median), "1", show(p99), f"{show(whole)}, p99 {show(whole_p99)}", "1"])
        for engine in ("zen", "datalogic", "cel"):
            theirs, tail, theirs_whole = rust(folder, engine)
            rows.append(
                [engine, show(theirs), f"{theirs / median:.0f}", show(tail), show(theirs_whole), f"{theirs_whole / whole:.0f}"]
            )
        table(rows)


if __name__ == "__main__":
    main()
