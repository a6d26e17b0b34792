"""Makes customers.csv and buy.csv from the UCI Online Retail table: one purchase an invoice.

Lines without a customer, cancelled invoices and free goods are left out.
Usage: python make_data.py online_retail.parquet
"""

import sys

import pandas as pd

lines = pd.read_parquet(sys.argv[1])
lines = lines[lines.CustomerID.notna() & (lines.CustomerID != "") & (lines.Quantity > 0) & (lines.UnitPrice > 0)]
lines = lines.assign(amount=lines.Quantity * lines.UnitPrice, id=lines.CustomerID.astype(float).astype(int))
bought = lines.groupby(["id", "InvoiceNo"], as_index=False).agg(
    at=("InvoiceDate", "min"), lines=("StockCode", "size"), amount=("amount", "sum")
)
bought = bought.sort_values(["id", "at", "InvoiceNo"])
bought["at"] = pd.to_datetime(bought["at"]).dt.strftime("%Y-%m-%dT%H:%M")
bought["amount"] = bought["amount"].round(2)
bought[["id", "at", "lines", "amount"]].to_csv("buy.csv", index=False)
# The customer base as it was known on the day of the fit.
bought[bought["at"] < "2011-09-01"][["id"]].drop_duplicates().to_csv("customers.csv", index=False)
