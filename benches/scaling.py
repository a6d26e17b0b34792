#!/usr/bin/env python3
"""How the time of a batch grows with customers and with cases: a table and a plot.

usage: scaling.py FOLDER

FOLDER is that of workload.md. Runs `src/bin/scaling.rs` and writes `scaling.svg` beside this script.
"""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

BENCHES = Path(__file__).resolve().parent
WIDTH, HEIGHT, LEFT, BOTTOM, PANEL = 720, 300, 60, 250, 270


def measure(folder: str) -> list[tuple[int, int, float, float, float]]:
    manifest = str(BENCHES / "Cargo.toml")
    subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", manifest, "--bins"], check=True)
    text = subprocess.run(
        [str(BENCHES / "target/release/scaling"), folder], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split("\t") for line in text.splitlines()]
    return [(int(a), int(b), float(c), float(d), float(e)) for a, b, c, d, e in rows]


def panel(left: int, title: str, lines: list[tuple[str, list[tuple[float, float]]]]) -> list[str]:
    """Two lines over decades, both axes logarithmic."""
    points = [point for _, line in lines for point in line]
    x_low, x_high = (math.log10(f(x for x, _ in points)) for f in (min, max))
    y_low = math.floor(math.log10(min(y for _, y in points)))
    y_high = math.ceil(math.log10(max(y for _, y in points)))
    at_x = lambda x: left + (math.log10(x) - x_low) / (x_high - x_low) * PANEL
    at_y = lambda y: BOTTOM - (math.log10(y) - y_low) / (y_high - y_low) * (BOTTOM - 40)
    out = [f'<text x="{left}" y="20">{title}</text>']
    for power in range(y_low, y_high + 1):
        y = at_y(10**power)
        out.append(f'<path class="grid" d="M{left} {y:.1f}h{PANEL}"/>')
        out.append(f'<text class="tick" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for x in sorted({x for x, _ in points}):
        out.append(f'<text class="tick" x="{at_x(x):.1f}" y="{BOTTOM + 18}" text-anchor="middle">{x:,.0f}</text>')
    for n, (name, line) in enumerate(lines):
        path = "L".join(f"{at_x(x):.1f} {at_y(y):.1f}" for x, y in line)
        out.append(f'<path class="line{n}" d="M{path}"/>')
        out += [f'<circle class="dot{n}" cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3"/>' for x, y in line]
        out.append(f'<text class="dot{n}" x="{left + 10}" y="{52 + 18 * n}">{name}</text>')
    return out


def plot(rows: list[tuple[int, int, float, float, float]]) -> str:
    def lines(size: int, fixed: int, value: int) -> list[tuple[str, list[tuple[float, float]]]]:
        found = sorted(row for row in rows if row[fixed] == value)
        return [(f"{threads} thread{'s'[: threads - 1]}", [(row[size], row[2 + threads]) for row in found]) for threads in (1, 2)]

    style = (
        "text{font:13px sans-serif;fill:#444}.tick{font-size:11px}.grid{stroke:#8884}"
        "path{fill:none;stroke-width:2}.line0{stroke:#0072b2}.line1{stroke:#d55e00;stroke-dasharray:6 3}"
        ".dot0{fill:#0072b2}.dot1{fill:#d55e00}.grid{stroke-width:1}"
    )
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">', f"<style>{style}</style>"]
    out += panel(LEFT, "1000 cases, by customers", lines(0, 1, 1000))
    out += panel(LEFT + PANEL + 90, "1,000,000 customers, by cases", lines(1, 0, 1_000_000))
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    rows = measure(sys.argv[1])
    print("| customers | cases | opening | 1 thread | 2 threads |\n| --- | --- | --- | --- | --- |")
    for customers, cases, opening, one, two in rows:
        print(f"| {customers:,} | {cases:,} | {opening * 1e3:.0f} ms | {one:.3f} s | {two:.3f} s |")
    (BENCHES / "scaling.svg").write_text(plot(rows))


if __name__ == "__main__":
    main()
