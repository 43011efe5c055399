"""Reads offline rows through the Feature Query Service: `offline.py NAME`, with the name that the groups begin with."""

import datetime
import sys

from common import login, report
from hopsworks_common.client.exceptions import FeatureStoreException
from values import rows

name = sys.argv[1]
store = login().get_feature_store()
group = store.get_feature_group(f"{name}_every_type", version=1)
some = group.select(["id", "text", "price"]).filter(
    (group.whole >= 0) & (group.at >= datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc))
)
vectors = store.get_feature_group(f"{name}_vectors", version=1)
try:
    store.get_feature_group(f"{name}_empty", version=1).read()
    refusal = None
except FeatureStoreException as error:
    refusal = str(error)
report(
    {
        "refusal": refusal,
        "all": rows(group.read().sort_values("id").to_dict("records")),
        "some": rows(some.read().to_dict("records")),
        "vectors": rows(vectors.read().sort_values("user_id").to_dict("records")),
    }
)
