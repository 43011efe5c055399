"""
A server of Apache Arrow's own implementation of Flight (C++, by pyarrow), with mutual TLS. It reads certificates from its input as
JSON, prints a line of JSON when it is up, and serves tables by the name that the command gives:
`types` every type of Arrow that may hold features, `dictionaries` batches under changing dictionaries, `many` a million rows,
`slow` a batch every tenth of a second, `divided` in two places; anything else is refused with the command as its message.
"""

import datetime
import decimal
import json
import sys
import time

import pyarrow as pa
import pyarrow.flight as flight
from values import rows


def types():
    day, other = datetime.date(2026, 1, 1), datetime.date(1969, 12, 31)
    at = 1_767_225_600_123_456
    float_list = pa.list_(pa.float64())
    return pa.table(
        {
            "boolean": pa.array([True, None, False]),
            "int8": pa.array([1, None, -3], pa.int8()),
            "int16": pa.array([1, None, -3], pa.int16()),
            "int32": pa.array([1, None, -3], pa.int32()),
            "int64": pa.array([2**53 + 1, None, -(2**63)], pa.int64()),
            "uint64": pa.array([1, None, 2**64 - 1], pa.uint64()),
            "float16": pa.array([1.5, None, -2], pa.float16()),
            "float32": pa.array([0.1, None, -2], pa.float32()),
            "float64": pa.array([0.1, None, -2]),
            "string": pa.array(["a", None, "Zoë"]),
            "large_string": pa.array(["a", None, ""], pa.large_string()),
            "string_view": pa.array(["a", None, "longer than the twelve bytes of a view"], pa.string_view()),
            "binary": pa.array([b"\0\xff", None, b""]),
            "large_binary": pa.array([b"\0\xff", None, b""], pa.large_binary()),
            "fixed_binary": pa.array([b"abcd", None, b"efgh"], pa.binary(4)),
            "date32": pa.array([day, None, other]),
            "date64": pa.array([day, None, other], pa.date64()),
            "seconds": pa.array([1_767_225_600, None, -1], pa.timestamp("s")),
            "milliseconds": pa.array([1_767_225_600_123, None, -1], pa.timestamp("ms")),
            "microseconds": pa.array([at, None, -1_000], pa.timestamp("us")),
            "nanoseconds": pa.array([at * 1000, None, -1_000_000], pa.timestamp("ns")),
            "utc": pa.array([at, None, -1_000], pa.timestamp("us", tz="UTC")),
            "zone": pa.array([at, None, -1_000], pa.timestamp("us", tz="Europe/Stockholm")),
            "decimal": pa.array([decimal.Decimal("12.50"), None, decimal.Decimal("-0.01")], pa.decimal128(10, 2)),
            "decimal38": pa.array([decimal.Decimal("12345678901234567890.123456"), None, decimal.Decimal(0)], pa.decimal128(38, 6)),
            "dictionary": pa.array(["x", None, "y"]).dictionary_encode(),
            "list": pa.array([[1.5, None], None, []], float_list),
            "full_list": pa.array([[1.5, 2], None, [3]], float_list),
            "large_list": pa.array([[1.5, None], None, []], pa.large_list(pa.float32())),
            "fixed_list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.float32(), 2)),
            "longs": pa.array([[2**60, 1], None, [2]], pa.list_(pa.int64())),
            "struct": pa.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}], pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])),
            "map": pa.array([[("k", 1.5), ("l", None)], None, [("k", 2)]], pa.map_(pa.string(), pa.float32())),
            "deep": pa.array([[{"m": [("k", [decimal.Decimal("1.0")])]}], None, [None]], pa.list_(pa.struct([("m", pa.map_(pa.string(), pa.list_(pa.decimal128(3, 1))))]))),
            "nothing": pa.nulls(3),
        }
    )


def dictionaries():
    words = [["x", "y", "x"], ["y", "z"], ["x", None]]
    batches = [pa.record_batch({"word": pa.array(each).dictionary_encode()}) for each in words]
    return pa.Table.from_batches(batches)


def many(count):
    start = 1_767_225_600_000_000
    numbers = pa.array(range(count))
    return pa.table(
        {
            "id": numbers,
            "at": pa.array(range(start, start + count), pa.timestamp("us")),
            "share": pa.array([i / count for i in range(count)]),
            "name": pa.array([f"listener-{i}" for i in range(count)]),
            "embedding": pa.FixedSizeListArray.from_arrays(pa.array([i % 7 / 8 for i in range(4 * count)], pa.float32()), 4).cast(pa.list_(pa.float32())),
        }
    )


class Headers(flight.ServerMiddlewareFactory):
    def start_call(self, info, headers):
        return Kept(headers)


class Kept(flight.ServerMiddleware):
    def __init__(self, headers):
        self.headers = headers


class Server(flight.FlightServerBase):
    def __init__(self, certificates, many_rows):
        super().__init__(
            "grpc+tls://127.0.0.1:0",
            tls_certificates=[(certificates["cert"], certificates["key"])],
            verify_client=True,
            root_certificates=certificates["ca"],
            middleware={"headers": Headers()},
        )
        self.tables = {"types": types(), "dictionaries": dictionaries(), "many": many(many_rows)}
        self.registered = False

    def list_actions(self, context):
        return [("healthcheck", ""), ("register-client-certificates", "")]

    def do_action(self, context, action):
        if action.type == "register-client-certificates":
            assert {"kstore", "tstore", "cert_key"} == json.loads(action.body.to_pybytes()).keys()
            self.registered = True
        return []

    def get_flight_info(self, context, descriptor):
        endpoints = [flight.FlightEndpoint(descriptor.command, [])] * (2 if descriptor.command == b"divided" else 1)
        return flight.FlightInfo(pa.schema([]), descriptor, endpoints, -1, -1)

    def do_get(self, context, ticket):
        headers = context.get_middleware("headers").headers
        command = ticket.ticket.decode()
        if command == "registered" and not self.registered:
            raise flight.FlightServerError("Please register client certificates first.")
        if command == "unauthenticated":
            raise flight.FlightUnauthenticatedError("who is that?")
        if command == "signature":
            return flight.RecordBatchStream(pa.table({"signature": headers["hopsworks-signature"]}))
        if command == "slow":
            batch = pa.record_batch({"id": pa.array(range(1000))})
            return flight.GeneratorStream(batch.schema, slowly(batch))
        if command == "many":
            return flight.RecordBatchStream(pa.RecordBatchReader.from_batches(self.tables["many"].schema, self.tables["many"].to_batches(16_384)))
        table = self.tables.get("types" if command == "registered" else command)
        if table is None:
            raise flight.FlightServerError(command)
        return flight.RecordBatchStream(table)


def slowly(batch):
    for _ in range(600):
        yield batch
        time.sleep(0.1)


if __name__ == "__main__":
    server = Server(json.loads(sys.stdin.readline()), int(sys.argv[1]))
    known = {name: rows(server.tables[name].to_pylist()) for name in ("types", "dictionaries")}
    print(json.dumps({"port": server.port, "version": pa.__version__, "tables": known}), flush=True)
    server.serve()
