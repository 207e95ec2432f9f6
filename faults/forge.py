"""Forging: values and tensors that are changed by type and range, and checkpoints whose digests are right all the same."""

import hashlib
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

ODD = (
    None, True, False, 0, -1, 1, 3, 7, 2**31, 2**40, 2**63, 10**30, 10**400, -(2**70), 0.0, 0.5, 3.0, -1.5, 1e300, "", "x",
    "1", "../x",
    "\x1b[31mred", "a" * 5000, [], [1], [[]], [1, 2, 3], {}, {"a": 1}, "cuda", "float64", float("nan"), float("inf"),
)  # fmt: skip
"""What a value may become; JSON's NaN and Infinity among it."""

Place = tuple[Any, ...]
KINDS = (torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.uint8, torch.bool, torch.int64)


def places(value: Any, here: Place = ()) -> list[Place]:
    """Where every value within a JSON value is, itself among them."""
    found = [here]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*here, key))
    return found


def at(value: Any, place: Place) -> Any:
    """The value at a place."""
    for key in place:
        value = value[key]
    return value


def mutate(value: Any, rng: random.Random) -> tuple[Any, str]:
    """A JSON value with one thing changed, removed, added or nested; and what."""
    place = rng.choice(places(value)) if rng.random() < 0.97 else ()
    name = ".".join(map(str, place)) or "all of it"
    if not place:
        return rng.choice(ODD), f"{name} replaced"
    parent, kind = at(value, place[:-1]), rng.random()
    if kind < 0.2:
        del parent[place[-1]]
        return value, f"{name} removed"
    if kind < 0.27:
        inner: Any = []
        for _ in range(rng.choice((50, 900))):
            inner = [inner]
        parent[place[-1]] = inner
        return value, f"{name} nested"
    if kind < 0.32 and isinstance(parent, dict):
        parent[rng.choice(("x", "__class__", "", "\x1b[31m", str(place[-1]) + " "))] = rng.choice(ODD)
        return value, f"beside {name} added"
    old = parent[place[-1]]
    near = (
        [old + 1, -old, old * 2, float(old), str(old)]
        if type(old) is int
        else []
        if type(old) is not float
        else [-old, old * 1e30]
    )
    new = rng.choice([*ODD, *near, *near])
    parent[place[-1]] = new
    return value, f"{name}: {str(old)[:30]!r} -> {str(new)[:30]!r}"


def text(value: Any) -> bytes:
    """JSON as a checkpoint has it; numbers that JSON does not know are written as Python writes them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")


def sign(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Write a manifest whose digests are right: of all that lies in a checkpoint's folder.

    Args:
        folder: Of the checkpoint.
        change: What is done to the manifest before it is signed.
    """
    file = folder / "manifest.json"
    value = json.loads(file.read_bytes())
    value["files"] = {
        path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.iterdir())
        if path.name != file.name and path.is_file()
    }
    if change is not None:
        change(value)
    value.pop("sha256", None)
    from sparring import durable

    value["sha256"] = hashlib.sha256(durable.json_text(value).encode()).hexdigest()
    file.write_bytes(durable.json_text(value).encode())


def retensor(file: Path, rng: random.Random) -> str:
    """Change a tensor of a file: its name, kind, shape or numbers; or leave it out, or add one. What was done."""
    tensors = load_file(file)
    if not tensors:
        save_file({"x": torch.zeros(3)}, file)
        return "a tensor added"
    name = rng.choice(sorted(tensors))
    old = tensors[name]
    kind = rng.choice(
        ("rename", "retype", "reshape", "grow", "nan", "inf", "huge", "remove", "add", "empty", "all gone")
    )
    match kind:
        case "rename":
            tensors[rng.choice((f"{name}x", "", "../x", "\x1b[31m"))] = tensors.pop(name)
        case "retype":
            tensors[name] = old.to(rng.choice([k for k in KINDS if k != old.dtype]))
        case "reshape":
            tensors[name] = old.reshape(-1)[None, :, None].contiguous()
        case "grow":
            tensors[name] = torch.cat([old.reshape(-1), old.reshape(-1)]).contiguous()
        case "nan" | "inf" | "huge":
            values = {"nan": float("nan"), "inf": float("inf"), "huge": 1e38}
            if not old.is_floating_point():
                tensors[name] = torch.full_like(old, rng.choice((0, 255 if old.dtype == torch.uint8 else 2**40)))
                return f"{name} filled"
            tensors[name] = torch.full_like(old, values[kind])
        case "remove":
            del tensors[name]
        case "add":
            tensors["more"] = torch.zeros(3)
        case "empty":
            tensors[name] = torch.zeros(0)
        case _:
            tensors = {}
    save_file(tensors, file)
    return f"{name} {kind}"


def raw(file: Path, rng: random.Random) -> str:
    """Safetensors whose header lies: far too long, overlapping, other kinds, nonsense."""
    header = rng.choice(
        (
            b'{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}',
            b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
            b'{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}',
            b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}',
            b'{"__metadata__":{"x":"y"}}',
            b"[" * 5000,
            b"{}",
            b"",
        )
    )
    length = rng.choice((len(header), len(header), 2**63 - 1, 0, 100_000_000))
    file.write_bytes(length.to_bytes(8, "little") + header + bytes(8))
    return "a header that lies"


def replace(path: Path, rng: random.Random) -> str:
    """Put something else where a file or folder is: a link, a pipe, a device, a folder, nothing, nonsense, a terabyte."""
    kind = rng.choice(
        (
            "gone",
            "gone",
            "pipe",
            "zero",
            "loop",
            "outside",
            "folder",
            "empty",
            "nonsense",
            "terabyte",
            "nested",
            "unreadable",
        )
    )
    if path.is_dir() and not path.is_symlink():
        if kind != "unreadable":
            path.rename(path.with_name(f"{path.name}-aside"))
    elif kind not in ("unreadable",):
        path.unlink()
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path.name)
        case "outside":
            path.symlink_to(rng.choice(("/etc/passwd", "/proc/self/mem", "/dev/null")))
        case "folder":
            path.mkdir()
        case "empty":
            path.write_bytes(b"")
        case "nonsense":
            path.write_bytes(
                rng.choice(
                    (
                        rng.randbytes(999),
                        b"{}",
                        b"[]\n[]\n",
                        b"null",
                        b"\xff\xfe",
                        b'{"step": "x"}\n',
                        b'{"step": 1e999}\n',
                    )
                )
            )
        case "terabyte":
            with open(path, "wb") as file:
                file.truncate(1 << 40)
        case "nested":
            path.write_bytes(b'{"a":' * 50_000 if rng.random() < 0.5 else b"[" * 100_000)
        case "unreadable":
            path.chmod(0)
    return kind
