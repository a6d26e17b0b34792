"""Invents the contact history of this example. No real person was ever contacted so."""
import csv
import datetime
import random

rng = random.Random(2026)
now = datetime.datetime(2026, 11, 20, 10, tzinfo=datetime.timezone(datetime.timedelta(hours=-8)))
customers = list(csv.DictReader(open("customers.csv", newline="")))
groups = {
    "stay": "retention", "promise": "retention", "helpline": "safety", "shield": "safety",
    "fiber": "growth", "streaming": "growth", "autopay": "billing", "hello": "service",
    "summer_sale": "",  # a case of another year, no longer in the model
}
rows = []
while len(rows) < 500:
    customer = rng.choice(customers)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        case = rng.choice(list(groups))
        open_channels = ["email" if customer["paperless_billing"] == "1" else "letter"]
        open_channels += ["call"] if customer["phone_service"] == "1" else []
        channel = rng.choice(open_channels)
        sent = now - datetime.timedelta(minutes=rng.randrange(60, 60 * 24 * 60))
        counted = "false" if case == "hello" else ""
        base = [customer["customer_id"], case, channel, groups[case]]
        rows.append((sent, *base, "sent", counted))
        answer = rng.choices(["opened", "accepted", "rejected", "complained", None], [30, 5, 10, 3, 52])[0]
        answered = sent + datetime.timedelta(minutes=rng.randrange(5, 2000))
        if answer and answered < now:
            rows.append((answered, *base, answer, counted))
rows.sort(key=lambda row: (row[0], int(row[1]), row[5]))
with open("contact.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["customer_id", "at", "case", "channel", "group", "variant", "outcome", "counted"])
    for at, key, case, channel, group, outcome, counted in rows:
        out.writerow([key, at.isoformat(), case, channel, group, "", outcome, counted])
