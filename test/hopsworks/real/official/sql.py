"""Reads a feature group and a view by SQL: `sql.py NAME read`, or `sql.py NAME write` to make and fill them before."""

import datetime
import decimal
import sys

import pandas as pd
from common import login, report
from hsfs.feature import Feature
from values import plain, rows

name, task = sys.argv[1:]
project = login()
store = project.get_feature_store()

if task == "write":
    made = store.create_feature_group(
        f"{name}_sql",
        version=1,
        primary_key=["who", "n"],
        online_enabled=True,
        time_travel_format="HUDI",
        stream=True,
        statistics_config=False,
        features=[
            Feature("who", "string"),
            Feature("n", "bigint"),
            Feature("whole", "int"),
            Feature("score", "double"),
            Feature("single", "float"),
            Feature("flag", "boolean"),
            Feature("price", "decimal(4,2)"),
            Feature("born", "date"),
            Feature("at", "timestamp"),
            Feature("content", "binary"),
            Feature("tags", "array<string>"),
            Feature("pair", "struct<a:bigint,b:array<string>>"),
        ],
    )
    made.save()
    table = pd.DataFrame(
        {
            "who": ["ann", "bob", "Zoë"],
            "n": [1, 2**60 + 1, 3],
            "whole": [-7, 8, 9],
            "score": [0.1, None, 1e-9],
            "single": [0.5, None, -2.25],
            "flag": [True, None, False],
            "price": [decimal.Decimal("-12.50"), None, decimal.Decimal("0.05")],
            "born": [datetime.date(1999, 12, 31), None, datetime.date(2026, 1, 2)],
            "at": pd.to_datetime(["2026-01-02T03:04:05", "2038-01-19T03:14:07", "2026-07-01T00:00:00"]),
            "content": [b"\x00\x01\xff", None, b""],
            "tags": [["x", "y"], None, []],
            "pair": [{"a": 3, "b": ["z"]}, None, {"a": None, "b": None}],
        }
    )
    table["single"] = table["single"].astype("float32")
    table["whole"] = table["whole"].astype("int32")
    made.insert(table, write_options={"wait_for_online_ingestion": True})
    store.create_feature_view(f"{name}_sql", version=1, query=made.select_all(), labels=["whole"])

group = store.get_feature_group(f"{name}_sql", version=1)
view = store.get_feature_view(f"{name}_sql", version=1)
view.init_serving(init_sql_client=True, init_rest_client=False)
keys = [{"who": "Zoë", "n": 3}, {"who": "nobody", "n": 1}, {"who": "bob", "n": 2**60 + 1}]
missing = view.get_feature_vectors(keys, force_sql_client=True, allow_missing=True)

report(
    {
        "rows": rows(group.read(online=True).sort_values("n").to_dict("records")),
        "some": rows(group.filter(group.score > 0.01).read(online=True).to_dict("records")),
        "vector": plain(view.get_feature_vector({"who": "ann", "n": 1}, force_sql_client=True)),
        "vectors": plain(missing),
    }
)
