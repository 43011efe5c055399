"""Reads what another client has written: `read.py NAME`, with the name that their feature groups and model begin with."""

import hashlib
import os
import sys

from common import login, report

name = sys.argv[1]
project = login()
store = project.get_feature_store()
vectors = store.get_feature_group(f"{name}_vectors", version=1)
found = vectors.find_neighbors([0.1, 0.2, 0.3], k=3)
filtered = vectors.find_neighbors([0.1, 0.2, 0.3], k=3, filter=vectors.score > 2)
rows = vectors.read(online=True).sort_values("user_id")
registry = project.get_model_registry()
best = registry.get_best_model(f"{name}_tower", "recall", "max")
folder = best.download()
with open(os.path.join(folder, "model.bin"), "rb") as file:
    digest = hashlib.sha256(file.read()).hexdigest()

report(
    {
        "neighbours": [row[0] for _, row in found],
        "distances": [distance for distance, _ in found],
        "filtered": [row[0] for _, row in filtered],
        "rows": [[row.user_id, row.score, row.n, list(row.emb), row.ts.isoformat()] for row in rows.itertuples()],
        "primary_key": vectors.primary_key,
        "event_time": vectors.event_time,
        "types": {feature.name: feature.type for feature in vectors.features},
        "best": best.version,
        "metrics": best.training_metrics,
        "sha256": digest,
    }
)
