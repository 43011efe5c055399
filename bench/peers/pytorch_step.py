"""The training step of the two towers in PyTorch, for comparison; the same formulas as src/towers, line by line.

Reads a workload (safetensors) and then one JSON command a line on standard input:
  {"variant": {"bags": "embedding_bag" | "csr", "adamw": "fused" | "foreach", "compile": bool},
   "reset": bool, "steps": int, "dropout": bool}
and answers each with {"losses": [...], "seconds": [...]}, one number a step.

  python pytorch_step.py WORKLOAD THREADS
"""

import json
import math
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": np.float32, "U32": np.uint32}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(content[start:end], kinds[entry["dtype"]]).reshape(entry["shape"]).copy()
    return metadata, tensors


def batch_of(tensors, prefix, bag_views):
    """One step's inputs as tensors, prepared before any clock starts, as on the other side."""
    get = lambda name: tensors[f"{prefix}.{name}"]
    batch = {}
    for view in bag_views:
        offsets, indices = (torch.from_numpy(get(f"{view}.{part}").astype(np.int64)) for part in ("offsets", "indices"))
        batch[view] = (offsets, indices, torch.from_numpy(get(f"{view}.weights")))
    for view in bag_views + ["audio"]:
        batch[f"{view}.mask"] = torch.from_numpy(get(f"{view}.mask"))[:, None]
    batch["audio"] = torch.from_numpy(get("audio"))
    batch["audio.mask"] = batch["audio.mask"] * torch.from_numpy(get("hasAudio"))[:, None]
    B, per_listener = get("targets").shape
    batch["targets"] = torch.from_numpy(get("targets").astype(np.int64))
    batch["offsets"] = -torch.from_numpy(get("logQ"))
    excluded = torch.from_numpy(get("owned").astype(bool))
    batch["excluded"] = excluded.scatter(1, batch["targets"], True)
    batch["weight"] = 1 / (B * per_listener)
    return batch


def bag(table, entries, kind):
    offsets, indices, weights = entries
    if kind == "csr":
        return torch.sparse_csr_tensor(offsets, indices, weights, (len(offsets) - 1, table.shape[0])) @ table
    return F.embedding_bag(indices, table, offsets, mode="sum", per_sample_weights=weights, include_last_offset=True)


def loss_of(p, batch, bag_views, kind, settings, dropout):
    B = settings["listeners"]
    views = [
        p[f"{view}.gate"] * batch[f"{view}.mask"] * F.normalize(bag(p[f"{view}.table"], batch[view], kind))
        for view in bag_views
    ]
    audio = batch["audio"] @ p["audio.weight"] + p["audio.bias"]
    views.append(p["audio.gate"] * batch["audio.mask"] * F.normalize(audio))
    h = torch.cat(views, 1)
    h = F.dropout(h, settings["dropoutViews"]) if dropout else h

    listeners = h[: 2 * B]
    a = F.gelu(listeners @ p["listener.W1"] + p["listener.b1"], approximate="tanh")
    a = F.dropout(a, settings["dropoutHidden"]) if dropout else a
    z = F.normalize(listeners @ p["listener.W"] + a @ p["listener.W2"] + p["listener.b2"])
    v = F.normalize(h[2 * B :] @ p["item.W"])

    logits = z[:B] @ z[B:].T / settings["halfTau"]
    diagonal = torch.arange(B)
    half = (F.cross_entropy(logits, diagonal) + F.cross_entropy(logits.T, diagonal)) / 2

    s = z[:B] @ v.T / settings["itemTau"] + batch["offsets"]
    negatives = s.masked_fill(batch["excluded"], -math.inf).logsumexp(1, keepdim=True)
    own = s.gather(1, batch["targets"])
    item = (torch.logaddexp(own, negatives) - own).sum() * batch["weight"]
    return half + settings["itemWeight"] * item


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    metadata, tensors = read_safetensors(path)
    settings = json.loads(metadata["settings"])
    bag_views = settings["bagViews"]
    initial = {name: torch.from_numpy(values) for name, values in tensors.items() if not name.startswith("batch")}
    batches = [batch_of(tensors, f"batch{i}", bag_views) for i in range(settings["batches"])]
    state = {}
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)

    for line in sys.stdin:
        command = json.loads(line)
        variant = command["variant"]
        if command["reset"]:
            parameters = {name: value.clone().requires_grad_() for name, value in initial.items()}
            optimiser = torch.optim.AdamW(
                parameters.values(),
                lr=settings["rate"],
                betas=(settings["beta1"], settings["beta2"]),
                eps=settings["epsilon"],
                weight_decay=settings["decay"],
                **{variant["adamw"]: True},
            )
            function = torch.compile(loss_of, dynamic=True) if variant["compile"] else loss_of
            state = {"parameters": parameters, "optimiser": optimiser, "function": function, "step": 0}
        losses, seconds = [], []
        for _ in range(command["steps"]):
            batch = batches[state["step"] % len(batches)]
            state["step"] += 1
            start = time.perf_counter()
            state["optimiser"].zero_grad(set_to_none=True)
            loss = state["function"](state["parameters"], batch, bag_views, variant["bags"], settings, command["dropout"])
            loss.backward()
            state["optimiser"].step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"losses": losses, "seconds": seconds}), flush=True)


main()
