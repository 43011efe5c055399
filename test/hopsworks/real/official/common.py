"""What the scripts of the official client share: signing in, and one line of JSON at the end."""

import json
import os

import hopsworks


def login():
    return hopsworks.login(
        host=os.environ["LOCAL_HOST"],
        port=int(os.environ["LOCAL_PORT"]),
        project=os.environ["LOCAL_PROJECT"],
        api_key_value=os.environ["LOCAL_KEY"],
        engine="python",
        cert_folder=os.path.join(os.environ["LOCAL_FOLDER"], "certs"),
    )


def report(result):
    print("\n" + json.dumps(result, default=str), flush=True)
