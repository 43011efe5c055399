"""Reads a view of two groups, its training data sets, and where the model made from one comes from: `read_views.py NAME`."""

import sys

from common import login, report
from values import rows

name = sys.argv[1]
project = login()
store = project.get_feature_store()
view = store.get_feature_view(f"{name}_view", version=1)

view.init_serving(init_rest_client=True, init_sql_client=False, config_rest_client={"verify_certs": False})
vector = view.get_feature_vector({"who": "ann", "song": 1}, force_rest_client=True)
vectors = view.get_feature_vectors(
    [{"who": "bob", "song": 2}, {"who": "cyd", "song": 1}], force_rest_client=True, allow_missing=True
)

sets = {found.description: found for found in view.get_training_datasets()}
timed = view.get_train_test_split(training_dataset_version=sets["timed"].version)
random = view.get_train_test_split(training_dataset_version=sets["random"].version)
model = project.get_model_registry().get_model(f"{name}_made", 1)


def listed(frame):
    return sorted((list(row.values()) for row in rows(frame.to_dict("records"))), key=str)


report(
    {
        "features": [[feature.name, feature.type, feature.label] for feature in view.schema],
        "vector": vector,
        "vectors": vectors,
        "sets": sorted(
            [
                found.description,
                found.version,
                found.seed,
                [[split.name, split.split_type, split.percentage, split.start_time, split.end_time] for split in found.splits],
            ]
            for found in sets.values()
        ),
        "timed": [listed(timed[0]), listed(timed[1]), sorted(timed[3]["liked"])],
        "random": [len(random[0]), len(random[1])],
        "batch": listed(view.get_batch_data(start_time="2026-01-10", end_time="2026-01-30")),
        "origin": [model.get_feature_view(init=False).name, model.get_training_dataset_provenance().accessible[0].version],
    }
)
