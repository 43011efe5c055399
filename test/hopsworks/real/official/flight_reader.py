"""Reads a table by Apache Arrow's own client, as the official client does: `flight_reader.py ADDRESS NAME COMMAND`, certificates as JSON on the input."""

import json
import resource
import sys
import time

import pyarrow.flight as flight

address, name, command = sys.argv[1:]
certificates = json.loads(sys.stdin.readline())
client = flight.FlightClient(
    f"grpc+tls://{address}",
    tls_root_certs=certificates["ca"],
    cert_chain=certificates["cert"],
    private_key=certificates["key"],
    override_hostname=name,
)


def reader():
    info = client.get_flight_info(flight.FlightDescriptor.for_command(command.encode()))
    return client.do_get(info.endpoints[0].ticket)


def timed(read):
    start = time.perf_counter()
    rows = read()
    return {"rows": rows, "seconds": time.perf_counter() - start}


def rows_of_dicts():
    return sum(len(chunk.data.to_pylist()) for chunk in reader())


# Rows first: what a whole table takes would count for them too.
dicts = timed(rows_of_dicts)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
frame = timed(lambda: len(reader().read_pandas()))
frame_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"dicts": dicts, "memory": memory, "frame": frame, "frameMemory": frame_memory}))
