"""An index into DuckDB as one would in Python: protobuf decodes it, pyarrow holds the columns, DuckDB takes the tables.

`python loadScip.py FILE DATABASE`, with scip_pb2.py beside it or on PYTHONPATH. The tables are those of codeintel, less
what it does beyond loading: documents are not compared with stored ones. The last line is what it took, as JSON.
"""
import json
import resource
import sys
import time

import duckdb
import pyarrow as pa

import scip_pb2

started = time.perf_counter()
source, database = sys.argv[1:]
index = scip_pb2.Index()
with open(source, "rb") as file:
    index.ParseFromString(file.read())

ids = {}


def id_of(symbol):
    return ids.setdefault(symbol, len(ids))


names = ["document_id", "symbol_id", "start_line", "start_column", "end_line", "end_column", "roles"]
columns = {name: [] for name in names}
described = {name: [] for name in ["document_id", "symbol_id", "kind", "display_name", "documentation"]}
paths = []
for number, document in enumerate(index.documents):
    paths.append(document.relative_path)
    for occurrence in document.occurrences:
        span = occurrence.range
        columns["document_id"].append(number)
        columns["symbol_id"].append(id_of(occurrence.symbol))
        columns["start_line"].append(span[0] + 1)
        columns["start_column"].append(span[1] + 1)
        columns["end_line"].append((span[0] if len(span) == 3 else span[2]) + 1)
        columns["end_column"].append(span[-1] + 1)
        columns["roles"].append(occurrence.symbol_roles)
    for symbol in document.symbols:
        described["document_id"].append(number)
        described["symbol_id"].append(id_of(symbol.symbol))
        described["kind"].append(symbol.kind)
        described["display_name"].append(symbol.display_name)
        described["documentation"].append("\n\n".join(symbol.documentation))

integers = set(names) | {"kind"}
tables = {
    "occurrences": pa.table({name: pa.array(values, pa.int32()) for name, values in columns.items()}),
    "information": pa.table(
        {name: pa.array(values, pa.int32() if name in integers else pa.string()) for name, values in described.items()}
    ),
    "symbols": pa.table({"symbol": pa.array(ids.keys(), pa.string()), "symbol_id": pa.array(ids.values(), pa.int32())}),
    "documents": pa.table({"rel_path": pa.array(paths, pa.string())}),
}
connection = duckdb.connect(database, config={"threads": 2})
connection.execute("BEGIN")
for name, table in tables.items():
    connection.register("given", table)
    connection.execute(f"CREATE TABLE {name} AS FROM given")
    connection.unregister("given")
connection.execute("COMMIT")
connection.close()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "seconds": time.perf_counter() - started,
    "cpu": used.ru_utime + used.ru_stime,
    "rss": used.ru_maxrss / 1024,
}))
