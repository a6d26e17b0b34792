"""Writes ../fixtures: the inputs of the tests in a small form, and what other libraries make of them.

    pip install -r requirements.txt
    python generate.py FOLDER

FOLDER holds cdnow_sample.csv (event_id, master_id, customer_id, date, quantity, amount: the 1/10
sample of the CDNOW cohort, Fader and Hardie), groceries.csv (R's arules `Groceries`, one basket a
line) and telco_churn.csv (IBM's sample telecom table). What is written is committed, so tests need
neither Python nor the folder.
"""

import json
import pathlib
import sys
import warnings

import mpmath
import numpy as np
import pandas as pd
import scipy.stats
import statsmodels.api as sm
from mlxtend.frequent_patterns import association_rules, fpgrowth
from optbinning import OptimalBinning
from sklearn.cluster import KMeans
from sklearn.metrics import roc_auc_score, silhouette_score
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

warnings.filterwarnings("ignore")
mpmath.mp.dps = 60

DATA = pathlib.Path(sys.argv[1])
REPOSITORY = pathlib.Path(__file__).parents[4]
OUT = pathlib.Path(__file__).parent.parent / "fixtures"
OUT.mkdir(exist_ok=True)


def write_json(name, value):
    (OUT / name).write_text(json.dumps(value, indent=1) + "\n")


def cdnow_events():
    events = pd.read_csv(DATA / "cdnow_sample.csv", parse_dates=["date"])
    # Purchases of one day are one.
    return events.groupby(["customer_id", "date"], as_index=False).agg(amount=("amount", "sum")), events


def cdnow_lifetime():
    """(x, t_x, T) in weeks at the end of 1997-09-30, and the mean worth of repeat purchases."""
    days, _ = cdnow_events()
    end = pd.Timestamp("1997-09-30")
    days = days[days.date <= end]
    rows = []
    for _, bought in days.groupby("customer_id"):
        first, last = bought.date.min(), bought.date.max()
        repeats = len(bought) - 1
        spend = bought.sort_values("date").amount.iloc[1:]
        rows.append((repeats, (last - first).days, (end - first).days, f"{spend.mean():.17g}" if repeats else ""))
    frame = pd.DataFrame(rows, columns=["repeats", "recency_days", "age_days", "mean_repeat_amount"])
    frame.to_csv(OUT / "cdnow_lifetime.csv", index=False)


def cdnow_rfm():
    """Recency, frequency and monetary over the 365 days before two dates, with thresholds."""
    _, events = cdnow_events()
    expected = []
    rows = []
    for as_of in ["1997-10-01", "1998-07-01"]:
        today = pd.Timestamp(as_of)
        window = events[(events.date < today) & (events.date >= today - pd.Timedelta(days=365))]
        table = window.groupby("customer_id").agg(last=("date", "max"), f=("date", "size"), m=("amount", "sum"))
        # Amounts are decimals; the nearest binary number of each exact sum.
        table["m"] = window.groupby("customer_id").amount.apply(lambda a: round(sum(round(x * 100) for x in a)) / 100)
        table["r"] = (today - table["last"]).dt.days
        one = {"as_of": as_of, "customers": len(table)}
        scores = {}
        for field in ["r", "f", "m"]:
            values = table[field].to_numpy(dtype=float)
            cuts = np.quantile(values, [i / 5 for i in range(1, 5)])
            below = np.searchsorted(cuts, values, side="left")
            scores[field] = 5 - below if field == "r" else 1 + below
            counts = np.bincount(below, minlength=5)
            top = pd.Series(values).value_counts()
            one[field] = {
                "cuts": list(map(float, cuts)),
                "counts": list(map(int, counts)),
                "largest_tie": int(top.iloc[0]),
            }
        expected.append(one)
        for i, (_, row) in enumerate(table.iterrows()):
            codes = "".join(str(scores[field][i]) for field in "rfm")
            rows.append((as_of, int(row.r), int(row.f), repr(float(row.m)), codes))
    pd.DataFrame(rows, columns=["as_of", "recency", "frequency", "monetary", "code"]).to_csv(
        OUT / "cdnow_rfm.csv", index=False
    )
    write_json("rfm.json", expected)


def decay():
    """Amounts that count half after so many days, as pandas adds them up. Dated purchases age by whole days; the times of
    the gift shop's invoices (examples/retail) are those of London, summer time included."""
    _, events = cdnow_events()
    today = pd.Timestamp("1997-10-01")
    events = events[events.date < today]
    days = (today - events.date).dt.days
    cdnow = (events.amount * 0.5 ** (days / 60)).groupby(events.customer_id).sum()
    shop = pd.read_csv(REPOSITORY / "examples/retail/buy.csv", parse_dates=["at"])
    now = pd.Timestamp("2011-09-01", tz="Europe/London")
    at = shop["at"].dt.tz_localize("Europe/London")
    shop, at = shop[at < now], at[at < now]
    retail = (shop.amount * 0.5 ** ((now - at) / pd.Timedelta(days=45))).groupby(shop.id).sum()
    rows = [(name, key, repr(float(value))) for name, sums in (("cdnow", cdnow), ("retail", retail)) for key, value in sums.items()]
    pd.DataFrame(rows, columns=["example", "id", "value"]).to_csv(OUT / "decay.csv", index=False)


def alive(r, alpha, a, b, x, tx, T):
    if x == 0:
        return mpmath.mpf(1)
    return 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + tx)) ** (r + x))


def expected_purchases(r, alpha, a, b, x, tx, T, t):
    """Fader, Hardie and Lee (2005), equation (10), in 60 digits."""
    z = t / (alpha + T + t)
    inner = ((alpha + T) / (alpha + T + t)) ** (r + x) * mpmath.hyp2f1(r + x, b + x, a + b + x - 1, z)
    return (a + b + x - 1) / (a - 1) * (1 - inner) * alive(r, alpha, a, b, x, tx, T)


def lifetime_formulas():
    mp = mpmath.mpf
    models = [
        (0.2426, 4.4136, 0.7929, 2.4259),  # CDNOW
        (0.243, 4.414, 0.793, 2.426),
        (0.05, 40.0, 0.2, 0.3),  # a + b < 1
        (3.5, 12.0, 1.0000001, 4.0),  # beside the pole at a = 1
        (60.0, 700.0, 2.5, 90.0),  # hardly heterogeneous
        (0.9, 0.02, 8.0, 0.7),
    ]
    histories = [(0, 0, 38.86), (0, 0, 0), (1, 1.71, 38.86), (2, 30.43, 38.86), (29, 37.5, 38.9), (350, 300.25, 310.0), (12, 2.0, 200.0)]
    cases = []
    for model in models:
        for history in histories:
            for t in [0.001, 1, 39, 520]:
                exact = [mp(v) for v in (*model, *history)]
                cases.append({
                    "model": list(model),
                    "history": list(history),
                    "t": t,
                    "alive": float(alive(*exact)),
                    "expected": float(expected_purchases(*exact, mp(t))),
                })
    # Discounted value: 12 months of 365.25 / 12 days, in weeks, 10 % a year, spend 35.
    model, history = models[0], histories[3]
    exact = [mp(v) for v in (*model, *history)]
    month = mp(365.25) / 12 / 7
    until = [expected_purchases(*exact, month * j) if j else mp(0) for j in range(13)]
    value = sum((until[j] - until[j - 1]) * 35 / mp("1.1") ** (mp(j) / 12) for j in range(1, 13))
    write_json("lifetime.json", {"cases": cases, "discounted_value": float(value)})


def groceries():
    baskets = [line.split(",") for line in (DATA / "groceries.csv").read_text().splitlines()]
    names = sorted({item for basket in baskets for item in basket})
    number = {name: i for i, name in enumerate(names)}
    lines = [" ".join(str(number[item]) for item in basket) for basket in baskets]
    (OUT / "groceries.txt").write_text("\n".join([",".join(names), *lines]) + "\n")
    table = np.zeros((len(baskets), len(names)), dtype=bool)
    for row, basket in enumerate(baskets):
        table[row, [number[item] for item in basket]] = True
    frame = pd.DataFrame(table)
    for name, support, confidence in [("a", 0.001, 0.5), ("b", 0.006, 0.25)]:
        sets = fpgrowth(frame, min_support=support, use_colnames=True, max_len=10)
        rules = association_rules(sets, metric="confidence", min_threshold=confidence)
        rules = rules[rules.consequents.map(len) == 1]
        rows = []
        for rule in rules.itertuples():
            left = " ".join(map(str, sorted(rule.antecedents)))
            (right,) = rule.consequents
            count, left_count = round(rule.support * len(baskets)), round(rule[3] * len(baskets))
            rows.append((left, right, count, left_count, f"{rule.lift:.15g}"))
        out = pd.DataFrame(rows, columns=["left", "right", "count", "left_count", "lift"])
        out = out.sort_values(["left", "right"])
        print("groceries", name, len(out), "rules", len(sets), "sets")
        out.to_csv(OUT / f"groceries_rules_{name}.csv", index=False)


def telco():
    raw = pd.read_csv(DATA / "telco_churn.csv")
    frame = pd.DataFrame({
        "churn": (raw.churn == "Yes").astype(int),
        "tenure": raw.tenure,
        "monthly": raw.monthly_charges,
        "total": raw.total_charges,
        "contract": raw.contract,
    })
    frame.to_csv(OUT / "telco.csv", index=False)
    return frame


def scorecard(frame):
    y = frame.churn.to_numpy()
    events, others = y.sum(), len(y) - y.sum()
    out = {"attributes": {}}
    woes = {}

    def by_hand(places, size):
        """WoE and IV, 0.5 added to both counts of a bin that lacks one of them."""
        rows = []
        for place in range(size):
            bad = int(((places == place) & (y == 1)).sum())
            good = int(((places == place) & (y == 0)).sum())
            add = 0.5 if (bad == 0) != (good == 0) else 0.0
            share_bad, share_good = (bad + add) / events, (good + add) / others
            woe = float(np.log(share_good / share_bad)) if bad + good else 0.0
            rows.append({"events": bad, "non_events": good, "woe": woe, "iv": float((share_good - share_bad) * woe)})
        return rows

    numeric = {
        "tenure": [6, 12, 24, 48],
        "monthly": list(np.quantile(frame.monthly, [i / 5 for i in range(1, 5)])),
        "total": list(np.quantile(frame.total.dropna(), [i / 5 for i in range(1, 5)])),
    }
    for name, cuts in numeric.items():
        values = frame[name].to_numpy(dtype=float)
        places = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right"))
        rows = by_hand(places, len(cuts) + 2)
        binning = OptimalBinning(user_splits=cuts, user_splits_fixed=[True] * len(cuts), monotonic_trend=None)
        binning.fit(values, y)
        table = binning.binning_table.build()
        assert list(map(float, binning.splits)) == list(map(float, cuts)), (binning.splits, cuts)
        for place in range(len(cuts) + 1):
            assert int(table["Event"].iloc[place]) == rows[place]["events"]
            assert abs(table["WoE"].iloc[place] - rows[place]["woe"]) < 1e-12
            assert abs(table["IV"].iloc[place] - rows[place]["iv"]) < 1e-12
        out["attributes"][name] = {"cuts": list(map(float, cuts)), "bins": rows}
        woes[name] = np.array([row["woe"] for row in rows])[places]
    levels = sorted(frame.contract.unique())
    places = frame.contract.map(levels.index).to_numpy()
    rows = by_hand(places, len(levels))
    out["attributes"]["contract"] = {"levels": levels, "bins": rows}
    woes["contract"] = np.array([row["woe"] for row in rows])[places]

    names = ["tenure", "monthly", "contract"]
    design = sm.add_constant(np.column_stack([woes[name] for name in names]))
    fit = sm.Logit(y, design).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
    factor = 20 / np.log(2)
    offset = 600 - factor * np.log(19)
    scores = offset - factor * (design @ fit.params)
    out["logistic"] = {
        "columns": names,
        "parameters": list(map(float, fit.params)),
        "standard_errors": list(map(float, fit.bse)),
        "log_likelihood": float(fit.llf),
        "null_log_likelihood": float(events * np.log(events / len(y)) + others * np.log(others / len(y))),
    }
    distinct = sorted({(*map(float, row[1:]), float(score)) for row, score in zip(design, scores)})
    out["scores"] = [list(row) for row in distinct]
    out["score_sum"] = float(scores.sum())
    out["auc"] = float(roc_auc_score(y, -scores))

    # The raw columns, for the regression alone.
    plain = sm.add_constant(frame[["tenure", "monthly"]].to_numpy(dtype=float))
    fit = sm.Logit(y, plain).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
    out["plain"] = {
        "parameters": list(map(float, fit.params)),
        "standard_errors": list(map(float, fit.bse)),
        "log_likelihood": float(fit.llf),
    }
    out["ks"] = float(scipy.stats.ks_2samp(frame.tenure[y == 1], frame.tenure[y == 0]).statistic)
    out["auc_monthly"] = float(roc_auc_score(y, frame.monthly))
    write_json("scorecard.json", out)


def clusters(frame):
    features = frame[["tenure", "monthly", "total"]].astype(float)
    filled = features.fillna(features.mean()).to_numpy()
    standard, minmax, robust = StandardScaler().fit(filled), MinMaxScaler().fit(filled), RobustScaler().fit(filled)
    scaled = standard.transform(filled)
    out = {
        "fill": float(features.total.mean()),
        "zscore": {"centre": list(standard.mean_), "spread": list(standard.scale_)},
        "minmax": {"centre": list(minmax.data_min_), "spread": list(minmax.data_range_)},
        "robust": {"centre": list(robust.center_), "spread": list(robust.scale_)},
        "runs": [],
    }
    for k, rows in [(3, [0, 1, 2]), (5, [0, 1000, 2000, 3000, 4000]), (8, [7, 77, 777, 1777, 2777, 3777, 4777, 5777])]:
        start = scaled[rows]
        given = KMeans(k, init=start, n_init=1, tol=0, max_iter=10_000, algorithm="lloyd").fit(scaled)
        best = [KMeans(k, n_init=10, random_state=seed, tol=0, max_iter=10_000).fit(scaled).inertia_ for seed in range(24)]
        out["runs"].append({
            "rows": rows,
            "labels": "".join(map(str, given.labels_)),
            "centres": given.cluster_centers_.tolist(),
            "inertia": float(given.inertia_),
            "mean_best_of_ten": float(np.mean(best)),
            "silhouette": float(silhouette_score(scaled, given.labels_)),
        })
    write_json("clusters.json", out)


if __name__ == "__main__":
    cdnow_lifetime()
    cdnow_rfm()
    decay()
    lifetime_formulas()
    groceries()
    table = telco()
    scorecard(table)
    clusters(table)
