"""Creates two feature groups and a view of both, training data sets of it and a model made from one: `views.py NAME`."""

import os
import sys

import pandas as pd
from common import login, report
from hsfs.feature import Feature
from values import rows

name = sys.argv[1]
project = login()
store = project.get_feature_store()


def group(suffix, primary_key, features, event_time=None):
    made = store.create_feature_group(
        f"{name}_{suffix}",
        version=1,
        primary_key=primary_key,
        event_time=event_time,
        online_enabled=True,
        time_travel_format="HUDI",
        stream=True,
        statistics_config=False,
        features=[Feature(*feature) for feature in features],
    )
    made.save()
    return made


moods = group("moods", ["who"], [("who", "string"), ("mood", "string"), ("scores", "array<double>"), ("at", "timestamp")], "at")
plays = group("plays", ["who", "song"], [("who", "string"), ("song", "bigint"), ("times", "bigint"), ("liked", "boolean"), ("at", "timestamp")], "at")
waiting = {"wait_for_online_ingestion": True, "wait_for_job": True}
mood_rows = pd.DataFrame(
    {
        "who": ["ann", "bob", "ann"],
        "mood": ["calm", "new", "glad"],
        "scores": [[0.5], None, [0.25, 1.0]],
        "at": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-01-10"]),
    }
)
moods.insert(mood_rows[:2], write_options=waiting)
moods.insert(mood_rows[2:], write_options=waiting)
plays.insert(
    pd.DataFrame(
        {
            "who": ["ann", "ann", "bob", "bob", "cyd"],
            "song": [1, 2, 1, 2, 1],
            "times": [7, 1, 3, 4, 5],
            "liked": [True, False, True, False, True],
            "at": pd.to_datetime(["2026-01-05", "2026-01-10", "2026-01-15", "2026-01-25", "2026-01-30"]),
        }
    ),
    write_options=waiting,
)

query = plays.select_all().join(moods.select(["mood", "scores"]), on=["who"], prefix="m_").filter(plays.times > 1)
view = store.create_feature_view(f"{name}_view", version=1, description="d", query=query, labels=["liked"])

view.init_serving(init_rest_client=True, init_sql_client=False, config_rest_client={"verify_certs": False})
vector = view.get_feature_vector({"who": "ann", "song": 1}, force_rest_client=True)
vectors = view.get_feature_vectors(
    [{"who": "bob", "song": 2}, {"who": "cyd", "song": 1}], force_rest_client=True, allow_missing=True
)

splits = view.train_test_split(test_size=0.25, description="random", statistics_config=False)
random_version = view.get_last_accessed_training_dataset()
timed = view.train_test_split(
    train_start="2026-01-01",
    train_end="2026-01-15",
    test_start="2026-01-15",
    test_end="2026-02-01",
    description="timed",
    statistics_config=False,
)
timed_version = view.get_last_accessed_training_dataset()
batch = view.get_batch_data(start_time="2026-01-10", end_time="2026-01-30")

os.mkdir("model")
with open("model/model.bin", "wb") as file:
    file.write(b"model")
registry = project.get_model_registry()
model = registry.python.create_model(
    f"{name}_made",
    metrics={"recall": 0.5},
    feature_view=view,
    training_dataset_version=timed_version,
    description="d",
)
model.save("model", keep_original_files=True)


def listed(frame):
    return sorted((list(row.values()) for row in rows(frame.to_dict("records"))), key=str)


report(
    {
        "vector": vector,
        "vectors": vectors,
        "features": [[feature.name, feature.type, feature.label] for feature in view.schema],
        "random": [random_version, len(splits[0]), len(splits[1])],
        "timed": [timed_version, listed(timed[0]), listed(timed[1]), sorted(timed[3]["liked"])],
        "batch": listed(batch),
        "models": [[found.name, found.version] for found in view.get_models()],
        "origin": registry.get_model(f"{name}_made", 1).get_feature_view(init=False).name,
    }
)
