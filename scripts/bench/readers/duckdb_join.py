"""Hashes the source in DuckDB through its PostgreSQL scanner, and counts the differences by a full join with known hashes."""

import json
import sys

import duckdb
from duckdb_extensions import import_extension

spec = json.load(sys.stdin)
connection = duckdb.connect()
import_extension("postgres_scanner", con=connection)
connection.execute("LOAD postgres_scanner")
connection.execute(f"ATTACH '{spec['url']}' AS orders (TYPE postgres)")
texts = ", ".join(f"coalesce(CAST({column} AS VARCHAR), chr(30))" for column in spec["columns"])
hashed = f"SELECT {spec['key']} AS k, sha256(concat_ws(chr(31), {texts})) AS h FROM orders.{spec['source']}"
if spec["prepare"]:
    connection.execute(f"CREATE TABLE orders.{spec['known']} AS {hashed}")
else:
    different = f"SELECT count(*) FROM ({hashed}) s FULL JOIN orders.{spec['known']} n ON s.k = n.k WHERE s.h IS DISTINCT FROM n.h"
    print(connection.execute(different).fetchone()[0])
