"""Values as JSON that another language can compare with its own."""

import base64
import datetime
import decimal

import numpy as np


def plain(value):
    """Bytes, times and whole numbers beyond 2^53 are objects that say what they are; what is missing is null."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (datetime.date, np.datetime64)):
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        time = np.datetime64(value, "ms")
        return None if np.isnat(time) else {"time": f"{time}Z"}
    if isinstance(value, (list, np.ndarray)):
        # A map is a list of pairs.
        if len(value) > 0 and isinstance(value[0], tuple):
            return {key: plain(each) for key, each in value}
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, int) and abs(value) > 2**53:
        return {"int": str(value)}
    return value


def rows(records):
    return [{name: plain(value) for name, value in row.items()} for row in records]
