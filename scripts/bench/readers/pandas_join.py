"""Reads source and known hashes into pandas, hashes row by row, and counts the differences by an outer merge."""

import hashlib
import json
import sys
import warnings

import pandas
import psycopg2

warnings.simplefilter("ignore")
spec = json.load(sys.stdin)
with psycopg2.connect(spec["url"]) as connection:
    rows = pandas.read_sql(f"SELECT {', '.join(spec['columns'])} FROM {spec['source']}", connection)
    texts = ["\x1f".join(row) for row in rows.astype(object).fillna("\x1e").astype(str).values.tolist()]
    hashed = pandas.DataFrame({"k": rows[rows.columns[0]].astype(str), "h": [hashlib.sha256(text.encode()).hexdigest() for text in texts]})
    if spec["prepare"]:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {spec['known']} (k text, h text)")
            cursor.execute(f"INSERT INTO {spec['known']} SELECT * FROM unnest(%s, %s)", (list(hashed.k), list(hashed.h)))
    else:
        known = pandas.read_sql(f"SELECT k, h FROM {spec['known']}", connection)
        merged = hashed.merge(known, on="k", how="outer", suffixes=("", "_known"))
        print((merged.h != merged.h_known).sum())
