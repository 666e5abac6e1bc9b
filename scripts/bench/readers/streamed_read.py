"""Reads every row of the source through a server-side cursor and does nothing with it."""

import json
import sys

import psycopg2

spec = json.load(sys.stdin)
with psycopg2.connect(spec["url"]) as connection:
    cursor = connection.cursor("bench")
    cursor.itersize = 2_000
    cursor.execute(f"SELECT {', '.join(spec['columns'])} FROM {spec['source']}")
    print(sum(1 for _ in cursor))
