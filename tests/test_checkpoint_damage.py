"""Damaged and hostile checkpoints: every one is refused with its file's name, and nothing wrong is ever loaded."""

import json
import os
import random

import pytest
import torch
from safetensors.torch import load as load_unchecked
from safetensors.torch import save as save_unchecked
from test_checkpoint import assert_equal, names, same, snapshot

from sparring import durable
from sparring.errors import ModelError, NoRoomError
from sparring.runs import checkpoint, manifest


@pytest.fixture
def two(tmp_path):
    """An older and a newer checkpoint; returns the newer."""
    checkpoint.save(tmp_path, snapshot(10))
    return checkpoint.save(tmp_path, snapshot(20))


FILES = [
    "ema.safetensors",
    "game.safetensors",
    "manifest.json",
    "optimizers.safetensors",
    "rng.safetensors",
    "state.json",
]


def assert_refused(path, name="."):
    """`read` refuses it, naming the file; `newest` takes the older one and says so."""
    with pytest.raises(ModelError, match=name):
        checkpoint.read(path)
    found, passed = checkpoint.newest(path.parent)
    assert found.name == "00000010"
    assert len(passed) == 1 and passed[0].startswith("The checkpoint 00000020 was passed over: ")
    assert_equal(checkpoint.read(found), snapshot(10))


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_anywhere_is_seen(two, name):
    assert names(two) == FILES
    file = two / name
    good = file.read_bytes()
    rng = random.Random(name)
    offsets = {0, 7, 8, len(good) // 2, len(good) - 1, *(rng.randrange(len(good)) for _ in range(60))}
    for offset in sorted(offsets & set(range(len(good)))):
        bad = bytearray(good)
        bad[offset] ^= 1 << rng.randrange(8)
        file.write_bytes(bad)
        with pytest.raises(ModelError):
            checkpoint.read(two)
    assert_refused(two)
    file.write_bytes(good)
    assert_equal(checkpoint.read(two), snapshot(20))
    assert checkpoint.newest(two.parent) == (two, [])


def test_every_byte_of_the_manifest_counts(two):
    file = two / manifest.FILE
    good = file.read_bytes()
    for bit in range(0, 8 * len(good), 3):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        file.write_bytes(bad)
        with pytest.raises(ModelError):
            checkpoint.read(two)


def test_control_without_the_manifest_a_flipped_bit_loads(two):
    data = bytearray((two / "ema.safetensors").read_bytes())
    data[-1] ^= 1
    assert not same(load_unchecked(bytes(data))["G.weight"], snapshot(20).tensors["ema"]["G.weight"])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["cut", "empty", "longer", "gone", "folder", "link", "pipe", "zeros"])
def test_other_damage(two, name, damage):
    file = two / name
    good = file.read_bytes()
    if damage in ("gone", "folder", "link", "pipe"):
        file.rename(two.parent / "aside")
    if damage == "folder":
        file.mkdir()
    elif damage == "link":
        file.symlink_to(two.parent / "aside")
    elif damage == "pipe":
        os.mkfifo(file)
    elif damage != "gone":
        longer = {"cut": good[:-1], "empty": b"", "longer": good + b" ", "zeros": bytes(len(good))}
        file.write_bytes(longer[damage])
    assert_refused(two, name)


def test_a_foreign_file(two):
    (two / "weights.pkl").write_bytes(b"cos\nsystem\n")
    assert_refused(two, r"weights\.pkl")


def test_damage_in_a_part_that_is_not_read_does_not_matter_to_sampling(two):
    file = two / "optimizers.safetensors"
    file.write_bytes(bytes(file.stat().st_size))
    assert checkpoint.read(two, ["ema"]).tensors.keys() == {"ema"}
    with pytest.raises(ModelError, match="optimizers"):
        checkpoint.read(two)


# Hostile files, whose manifest is right


def forge(path, name, data):
    """Replace a file and write a manifest that agrees."""
    files = dict(manifest.read(path).files)
    (path / name).write_bytes(data)
    files[name] = manifest.entry(data)
    (path / manifest.FILE).write_bytes(manifest.to_bytes(manifest.Manifest(20, files)))


def with_header(header, payload=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + payload


def tensor(shape, end, dtype="F32", begin=0):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


HEADERS = {
    "absurd width": ({"G": tensor([10**9, 10**9], 4 * 10**18)}, b"abcd"),
    "wraps around to 0": ({"G": tensor([2**32, 2**32], 0)}, b""),
    "wraps around to 4": ({"G": tensor([2**31, 2**31, 4, 1], 4)}, b"abcd"),
    "absurd beside an empty one": ({"G": tensor([0, 2**61, 2**61], 0)}, b""),
    "negative": ({"G": tensor([-1, -1], 4)}, b"abcd"),
    "a boolean for a size": ({"G": tensor([True], 4)}, b"abcd"),
    "a fraction": ({"G": tensor([1.0], 4)}, b"abcd"),
    "past the end": ({"G": tensor([2], 8)}, b"abcd"),
    "overlap": ({"G": tensor([2], 8), "D": tensor([1], 8, begin=4)}, b"abcdefgh"),
    "hole": ({"G": tensor([1], 8, begin=4)}, b"abcdefgh"),
    "left over": ({"G": tensor([1], 4)}, b"abcdefgh"),
    "unknown dtype": ({"G": tensor([1], 4, "PICKLE")}, b"abcd"),
    "dtype is a list": ({"G": tensor([1], 4, ["F32"])}, b"abcd"),
    "no offsets": ({"G": {"dtype": "F32", "shape": [1]}}, b"abcd"),
    "entry is a list": ({"G": []}, b""),
    "too many dimensions": ({"G": tensor([1] * 5000, 4)}, b"abcd"),
    "not an object": ([1], b""),
    "not JSON": (b"{", b""),
    "not UTF-8": (b"\xff\xfe{}", b""),
    "nested": (b"[" * 100_000, b""),
}


@pytest.mark.parametrize("case", HEADERS)
def test_absurd_headers_are_refused_before_anything_is_allocated(two, case):
    forge(two, "game.safetensors", with_header(*HEADERS[case]))
    with pytest.raises(ModelError, match="game"):
        checkpoint.shapes(two)
    assert_refused(two, "game")


@pytest.mark.parametrize("data", [b"", b"1234567", (2**63).to_bytes(8, "little"), (9).to_bytes(8, "little") + b"{}"])
def test_files_too_short_for_their_header(two, data):
    forge(two, "game.safetensors", data)
    assert_refused(two, "game")


def test_a_header_larger_than_any_network_needs(two):
    forge(two, "game.safetensors", with_header(b"{" + b" " * (16 << 20) + b"}"))
    assert_refused(two, "claims")


def test_control_a_forged_file_that_is_right_is_read(two):
    forge(two, "game.safetensors", save_unchecked({"G": torch.ones(2)}))
    assert torch.equal(checkpoint.read(two).tensors["game"]["G"], torch.ones(2))


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"a": NaN}', b'{"a": ' + b"[" * 100_000, b"\xff", b"9" * 10_000])
def test_a_state_that_is_no_json_object(two, data):
    forge(two, "state.json", data)
    assert_refused(two, "state")


@pytest.mark.parametrize("name", ["../game.safetensors", "a/b.safetensors", "/etc/x.json", "..", "g.pkl", "é.json"])
def test_a_manifest_names_only_plain_files(two, name):
    whole = manifest.read(two)
    files = {**whole.files, name: manifest.entry(b"")}
    (two / manifest.FILE).write_bytes(manifest.to_bytes(whole._replace(files=files)))
    assert_refused(two, "names the file")


@pytest.mark.parametrize("size", [-1, 10**30, True, 1.5, "1", None])
def test_a_manifest_with_absurd_sizes(two, size):
    whole = manifest.read(two)
    files = {**whole.files, "game.safetensors": whole.files["game.safetensors"]._replace(size=size)}
    (two / manifest.FILE).write_bytes(manifest.to_bytes(whole._replace(files=files)))
    assert_refused(two)


def test_a_manifest_of_a_later_format(two):
    file = two / manifest.FILE
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))
    assert_refused(two, "of format 2, and this sparring reads format 1")


def test_a_file_larger_than_memory_is_refused_unread(two):
    """Sparse: it has the size, and occupies nothing."""
    file = two / "game.safetensors"
    size = 2**43
    files = {**manifest.read(two).files, "game.safetensors": manifest.Entry(size, "0" * 64)}
    (two / manifest.FILE).write_bytes(manifest.to_bytes(manifest.Manifest(20, files)))
    os.truncate(file, size)
    with pytest.raises(ModelError, match="its tensors end at byte"):
        checkpoint.shapes(two)
    with pytest.raises(NoRoomError, match="more than this machine's memory"):
        checkpoint.read(two, ["game"])


def test_a_json_file_beyond_reason(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(b"")
    os.truncate(file, durable.LARGEST_JSON + 1)
    with pytest.raises(ModelError, match="more than"):
        durable.read_json(file)
