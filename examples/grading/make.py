"""Writes the data of this example, and what must come out, worked out with other libraries.

    pip install numpy scikit-learn statsmodels
    python make.py

The customers are invented: three kinds of people by age and income, who buy coffee, tea and what goes with them.
"""

import csv
import datetime as dt
import hashlib
import json

import numpy as np
import statsmodels.api as sm
from sklearn.cluster import KMeans

NOW = dt.datetime(2026, 11, 22, 10)  # in Shanghai, as the times in buy.csv
YEAR = dt.timedelta(days=365)


def chance(*of):
    """A number from 0 to 1 that is the same on every machine."""
    digest = hashlib.sha256("/".join(map(str, of)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def customers():
    rows = []
    for n in range(120):
        age, income = [(19, 2), (36, 13), (66, 5)][n % 3]
        age += int(chance(n, "age") * 8)
        income = round(income + chance(n, "income") * 3, 1)
        left = chance(n, "left") < (0.65 if age < 25 else 0.2 if income > 10 else 0.4)
        rows.append({
            "id": f"c{n:03}",
            "age": "" if n % 17 == 16 else age,
            "income": "" if n % 23 == 22 else income,
            "left": "" if n % 29 == 28 else str(left).lower(),
        })
    return rows


def purchases():
    rows = []
    for n in range(120):
        if n % 13 == 12:
            continue  # has never bought anything
        for k in range(1 + int(chance(n, "often") ** 2 * 9)):
            at = NOW - dt.timedelta(hours=1 + int(chance(n, k, "when") * 24 * 420))
            basket = ["coffee", "tea", "mug"][int(chance(n, k, "what") * 3)]
            rows.append((n, at, round(5 + chance(n, k, "amount") * 60, 2), basket))
            if basket == "coffee" and chance(n, k, "filters") < 0.6:
                rows.append((n, at, 4.5, "filters"))
    # One purchase on each boundary: thirty days ago to the day, and one at this very moment, which is not history.
    rows.append((0, NOW - dt.timedelta(days=30), 50.0, "coffee"))
    rows.append((1, NOW, 500.0, "mug"))
    return [{"id": f"c{n:03}", "at": at.isoformat(), "amount": amount, "item": item} for n, at, amount, item in rows]


def write(name, rows):
    with open(name, "w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def band(value, cuts, names):
    """[a, b): a value on a cut belongs above it."""
    return names[sum(value >= cut for cut in cuts)]


def below(value, cuts):
    """1 + the cuts strictly below the value."""
    return 1 + sum(cut < value for cut in cuts)


def main():
    people, bought = customers(), purchases()
    write("customers.csv", people)
    write("buy.csv", bought)
    number = lambda text: float(text) if text != "" else None
    facts = []
    for person in people:
        events = [(dt.datetime.fromisoformat(e["at"]), e["amount"], e["item"]) for e in bought if e["id"] == person["id"]]
        events = [event for event in events if event[0] < NOW]
        window = [event for event in events if event[0] >= NOW - YEAR]
        last = max((at for at, _, _ in window), default=None)
        decayed = sum(amount * 2 ** (-(NOW - at) / dt.timedelta(days=30)) for at, amount, _ in events)
        facts.append({
            "id": person["id"],
            "age": number(person["age"]),
            "income": number(person["income"]),
            "left": {"true": True, "false": False}.get(person["left"]),
            "items": {item for _, _, item in events},
            "decayed": decayed,
            "recency": (NOW.date() - last.date()).days if last else None,
            "frequency": len(window),
            "monetary": round(sum(amount for _, amount, _ in window), 2),
        })
    active = [fact for fact in facts if fact["frequency"]]
    cuts = {
        name: np.quantile([fact[name] for fact in active], [1 / 3, 2 / 3]) for name in ("recency", "frequency", "monetary")
    }
    percentiles = np.quantile([fact["decayed"] for fact in facts], np.arange(1, 101) / 100)

    # Clusters: z-scores, gaps filled with the mean; labels by size, then first coordinate.
    table = np.array([[np.nan if fact[f] is None else fact[f] for f in ("age", "income")] for fact in facts], dtype=float)
    table = np.where(np.isnan(table), np.nanmean(table, axis=0), table)
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    means = KMeans(3, n_init=50, random_state=0, tol=0).fit(scaled)
    sizes = np.bincount(means.labels_)
    order = sorted(range(3), key=lambda c: (-sizes[c], *means.cluster_centers_[c]))
    label = {cluster: f"c{place + 1}" for place, cluster in enumerate(order)}

    # The scorecard: bins [a, b) with the missing apart, weights of evidence, maximum likelihood, points.
    known = [fact for fact in facts if fact["left"] is not None]
    event = np.array([fact["left"] for fact in known], dtype=float)
    income_cuts = np.quantile([f["income"] for f in known if f["income"] is not None], [1 / 3, 2 / 3])
    place = lambda value, cuts: "missing" if value is None else sum(value >= cut for cut in cuts)
    factors = {"age": [25, 45], "income": income_cuts}
    woe = {}
    for factor, at in factors.items():
        bins = [place(fact[factor], at) for fact in known]
        for one in set(bins):
            inside = np.array([b == one for b in bins])
            with_it, without = (event * inside).sum(), ((1 - event) * inside).sum()
            add = 0.5 if with_it == 0 or without == 0 else 0.0
            woe[factor, one] = np.log(((without + add) / (1 - event).sum()) / ((with_it + add) / event.sum()))
    evidence = lambda fact: [woe.get((factor, place(fact[factor], at)), 0.0) for factor, at in factors.items()]
    fit = sm.Logit(event, sm.add_constant(np.array([evidence(fact) for fact in known]))).fit(disp=0, tol=1e-12)
    factor = 20 / np.log(2)
    offset = 600 - factor * np.log(19)
    staying = lambda fact: offset - factor * (fit.params[0] + fit.params[1:] @ np.array(evidence(fact)))

    # Rules with filters on the right: one or two items on the left, at least 10 % and 50 %.
    baskets = [fact["items"] for fact in facts if fact["items"]]
    others = sorted({item for basket in baskets for item in basket} - {"filters"})
    lefts = [{a} for a in others] + [{a, b} for a in others for b in others if a < b]
    rules = []
    for left in lefts:
        having = [basket for basket in baskets if left <= basket]
        both = sum("filters" in basket for basket in having)
        if both >= 0.1 * len(baskets) and both >= 0.5 * len(having):
            rules.append((left, both / len(having)))

    comparisons = np.array([[1, 2, 3], [1 / 2, 1, 2], [1 / 3, 1 / 2, 1]])
    values, vectors = np.linalg.eig(comparisons)
    principal = np.abs(vectors[:, np.argmax(values.real)].real)
    principal /= principal.sum()

    with open("expected.jsonl", "w") as out:
        for row, fact in enumerate(facts):
            age, income = fact["age"], fact["income"]
            points = (0 if age is None else band(age, [25, 45], [10, 40, 30])) + (
                0 if income is None else band(income, [5, 12], [10, 40, 60])
            )
            objective = None if age is None or income is None else points
            by_hand = learned = None
            if fact["frequency"]:
                by_hand = (
                    4 - below(fact["recency"], [30, 120]),
                    below(fact["frequency"], [1, 3]),
                    below(fact["monetary"], [50, 150]),
                )
                learned = (
                    4 - below(fact["recency"], cuts["recency"]),
                    below(fact["frequency"], cuts["frequency"]),
                    below(fact["monetary"], cuts["monetary"]),
                )
            parts = None
            if objective is not None and by_hand:
                parts = np.array([sum(by_hand) / 9, min(fact["decayed"], 100) / 100, objective / 100])
            tier = lambda weights: (
                "unscored" if parts is None else band(float(parts @ weights), [0.4, 0.6], ["bronze", "silver", "gold"])
            )
            at = np.array([(40 if age is None else age) / 10, (8 if income is None else income) / 5])
            distances = [np.linalg.norm(at - center) for center in ([2, 0.6], [4, 3], [7, 1.2])]
            fires = [confidence for left, confidence in rules if left <= fact["items"]]
            wants = max(fires, default=None)
            kind = ["student", "family", "retired"][int(np.argmin(distances))]
            offers = (
                ["table_of_their_own"] * (tier(np.array([0.5, 0.3, 0.2])) == "gold")
                + ["filters"] * (wants is not None and wants >= 0.5 and "filters" not in fact["items"])
                + ["student_card"] * (kind == "student")
                + ["tell_us"] * (tier(np.array([0.5, 0.3, 0.2])) == "unscored")
            )
            line = {
                "id": fact["id"],
                "scores": {
                    "points": points,
                    "standing": "unscored" if objective is None else band(objective, [40, 80], ["low", "middle", "high"]),
                    "loyal": band(staying(fact), [515], ["wavering", "sure"]),
                    "warmth_rank": sum(float(cut) < fact["decayed"] for cut in percentiles),
                    "value": {"code": "".join(map(str, by_hand)) if by_hand else None},
                    "value_learned": {"code": "".join(map(str, learned)) if learned else None},
                    "kind": {"label": kind},
                    "kind_learned": {"label": label[means.labels_[row]]},
                    "tier": tier(np.array([0.5, 0.3, 0.2])),
                    "tier_ahp": tier(principal),
                },
                "values": {"wants_filters": wants},
                "offers": [{"case": case} for case in offers[:1]],
            }
            out.write(json.dumps(line) + "\n")


main()
