"""Weights out of old torch files: the same as torch reads, and nothing in them is ever run."""

import hashlib
import io
import pickle
import struct

import pytest
import torch

from sparring.errors import ModelError
from sparring.measure.torch_file import MAGIC, PROTOCOL, parsed, tensors


def written(value, **more):
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False, **more)
    return file.getvalue()


def test_it_reads_what_torch_reads(tmp_path):
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 300))
    net[0].weight.data = net[0].weight.data.contiguous(memory_format=torch.channels_last)
    state = net.state_dict()
    shared = torch.arange(12.0)
    state["turned"], state["part"] = shared.view(3, 4).T, shared[5:9]
    data = written(state)
    (tmp_path / "w.pth").write_bytes(data)
    found = tensors(tmp_path / "w.pth", hashlib.sha256(data).hexdigest(), len(data))
    assert list(found) == list(state)
    for name, value in state.items():
        assert torch.equal(found[name], value) and found[name].dtype == value.dtype, name


def test_another_content_and_a_larger_file_are_refused(tmp_path):
    data = written({"a": torch.ones(2)})
    (tmp_path / "w.pth").write_bytes(data)
    with pytest.raises(ModelError, match="its SHA-256 is"):
        tensors(tmp_path / "w.pth", "0" * 64, len(data))
    with pytest.raises(ModelError, match="more than the 10 bytes"):
        tensors(tmp_path / "w.pth", hashlib.sha256(data).hexdigest(), 10)


class Harmful:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def old_file(state):
    head = b"".join(pickle.dumps(part, 2) for part in (MAGIC, PROTOCOL, {}))
    return head + pickle.dumps(state, 2) + pickle.dumps([], 2)


def test_a_pickle_that_calls_is_refused_and_not_run(tmp_path):
    data = old_file({"a": Harmful(str(tmp_path / "made"))})
    with pytest.raises(ModelError, match=r"it calls '(io|_io) open'"):
        parsed(data, tmp_path / "w.pth")
    assert not (tmp_path / "made").exists()
    pickle.loads(pickle.dumps(Harmful(str(tmp_path / "made")), 2))
    assert (tmp_path / "made").exists(), "control: whoever runs it makes the file"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", ""),
        (b"PK\x03\x04 and so on", ""),
        (pickle.dumps(1, 2) * 5, "its first words are not those of torch"),
        (old_file({"a": 1.5}), "it holds the instruction BINFLOAT"),
        (old_file(7), ""),
        (written({"a": torch.ones(5)})[:-4], "ends too early"),
        (written({"a": torch.ones(5, dtype=torch.float16)}), ""),
    ],
)
def test_anything_else_is_refused_in_words(data, why, tmp_path):
    with pytest.raises(ModelError, match=f"cannot be read as weights: .*{why}"):
        parsed(data, tmp_path / "w.pth")


def test_a_tensor_beyond_its_storage_is_refused(tmp_path):
    data = written({"a": torch.ones(5)})
    larger = data.replace(b"K\x05\x85", b"K\x09\x85", 1)
    assert larger != data
    with pytest.raises(ModelError, match="cannot be read as weights"):
        parsed(larger, tmp_path / "w.pth")


def test_a_storage_that_claims_more_than_there_is_is_refused(tmp_path):
    data = written({"a": torch.ones(5)})
    at = data.rindex(struct.pack("<q", 5))
    with pytest.raises(ModelError, match=r"storage .* ends too early"):
        parsed(data[:at] + struct.pack("<q", 1 << 40) + data[at + 8 :], tmp_path / "w.pth")
