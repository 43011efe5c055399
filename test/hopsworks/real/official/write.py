"""Creates two feature groups, inserts rows, finds neighbours, saves a model: `write.py NAME` with a name to begin theirs."""

import os
import sys
import time

import pandas as pd
from common import login, report
from hsfs import embedding
from hsfs.feature import Feature

name = sys.argv[1]
project = login()
store = project.get_feature_store()

index = embedding.EmbeddingIndex(index_name=f"{name}_own")
index.add_embedding("emb", 3, similarity_function_type=embedding.SimilarityFunctionType.COSINE)
vectors = store.create_feature_group(
    f"{name}_vectors",
    version=1,
    primary_key=["user_id"],
    event_time="ts",
    online_enabled=True,
    time_travel_format="HUDI",
    stream=True,
    embedding_index=index,
    statistics_config=False,
    features=[
        Feature("user_id", "string"),
        Feature("score", "double"),
        Feature("n", "bigint"),
        Feature("emb", "array<double>"),
        Feature("ts", "timestamp"),
    ],
)
vectors.save()
rows = pd.DataFrame(
    {
        "user_id": ["a", "b", "c"],
        "score": [1.5, 2.5, 3.5],
        "n": [1, 2, 3],
        "emb": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.9, 0.1, 0.0]],
        "ts": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]),
    }
)
vectors.insert(rows, write_options={"wait_for_online_ingestion": True, "wait_for_job": True})

plain = store.create_feature_group(
    f"{name}_plain",
    version=1,
    primary_key=["k"],
    online_enabled=True,
    time_travel_format="HUDI",
    stream=True,
    statistics_config=False,
    features=[
        Feature("k", "bigint"),
        Feature("content", "binary"),
        Feature("tags", "array<string>"),
        Feature("flag", "boolean"),
        Feature("name", "string"),
    ],
)
plain.save()
plain.insert(
    pd.DataFrame(
        {
            "k": [1, 2],
            "content": [b"\x00\x01\xff", None],
            "tags": [["x", "y"], None],
            "flag": [True, False],
            "name": ["Zoë", None],
        }
    ),
    write_options={"wait_for_online_ingestion": True},
)

plain.remove_rows(
    pd.DataFrame({"k": [2]}), storage="online", write_options={"wait_for_online_ingestion": True}
)

for _ in range(100):
    found = vectors.find_neighbors([0.1, 0.2, 0.3], k=3)
    if len(found) == 3:
        break
    time.sleep(0.1)
filtered = vectors.find_neighbors([0.1, 0.2, 0.3], k=3, filter=vectors.score > 2)

os.mkdir("model")
with open("model/model.bin", "wb") as file:
    file.write(bytes(range(256)) * 50_000)
registry = project.get_model_registry()
for metric in (0.3, 0.4):
    registry.python.create_model(f"{name}_tower", metrics={"recall": metric}, description="d").save(
        "model", keep_original_files=True
    )

report(
    {
        "neighbours": [row[0] for _, row in found],
        "distances": [distance for distance, _ in found],
        "filtered": [row[0] for _, row in filtered],
        "best": registry.get_best_model(f"{name}_tower", "recall", "max").version,
    }
)
