"""Named sets that are too big to embed: found, downloaded, checked."""

import gzip
import hashlib
import http.server
import re
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from sparring.data import download as loader
from sparring.data import named
from sparring.data.named import REMOTE, Remote, open_remote
from sparring.errors import DataError

IMAGES = np.random.default_rng(4).integers(0, 256, (50, 28, 28), np.uint8)
LABELS = (np.arange(50) % 10).astype(np.uint8)


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


CONTENT = {"t10k-images-idx3-ubyte.gz": idx(IMAGES), "t10k-labels-idx1-ubyte.gz": idx(LABELS)}


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT, and fails as the server is told to."""

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Range")))
        data = server.content.get(self.path.lstrip("/"))
        if data is None:
            return self.send_error(404)
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        start = int(wanted[1]) if wanted and server.ranges else 0
        if start >= len(data):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if server.breaks > 0 and len(data) > 1000:
            server.breaks -= 1
            half = (len(data) - start) // 2
            self.wfile.write(data[start : start + half])
            self.wfile.flush()
            self.connection.shutdown(2)
        else:
            self.wfile.write(data[start:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(loader.time, "sleep", lambda _: None)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content = {name: gzip.compress(data, 6) for name, data in CONTENT.items()}
    server.asked, server.breaks, server.ranges = [], 0, True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def remote(server, **sha256):
    right = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    return Remote(
        f"http://127.0.0.1:{server.server_address[1]}/", Path("/nowhere"), tuple("0123456789"), right | sha256
    )


def test_download_then_cache(server, tmp_path):
    seen = []
    pictures = open_remote("mnist-test", remote(server), tmp_path, lambda *args: seen.append(args))
    assert np.array_equal(pictures.images[..., 0], IMAGES) and pictures.labels.tolist() == LABELS.tolist()
    size = len(server.content["t10k-images-idx3-ubyte.gz"])
    assert ("downloading t10k-images-idx3-ubyte.gz", size, size) in seen
    assert len(server.asked) == 2
    open_remote("mnist-test", remote(server), tmp_path)
    assert len(server.asked) == 2
    kept = tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz"
    kept.write_bytes(kept.read_bytes()[:-9])  # damage in the cache is noticed and mended
    assert np.array_equal(open_remote("mnist-test", remote(server), tmp_path).images, pictures.images)
    assert len(server.asked) == 3 and not list(tmp_path.rglob("*.part"))


def test_who_comes_second_waits_and_finds_it(server, tmp_path):
    ready, opened = threading.Barrier(2), []

    def come():
        ready.wait(10)
        opened.append(open_remote("mnist-test", remote(server), tmp_path))

    both = [threading.Thread(target=come) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert [pictures.images.shape for pictures in opened] == [(50, 28, 28, 1)] * 2
    assert sorted(path for path, _ in server.asked) == sorted(f"/{name}" for name in CONTENT)  # each of them once


def test_wrong_content_is_removed_and_both_hashes_named(server, tmp_path):
    wrong = "0" * 64
    with pytest.raises(DataError) as error:
        open_remote("mnist-test", remote(server, **{"t10k-images-idx3-ubyte.gz": wrong}), tmp_path)
    got = hashlib.sha256(CONTENT["t10k-images-idx3-ubyte.gz"]).hexdigest()
    assert wrong in str(error.value) and got in str(error.value) and "removed" in str(error.value)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and not p.name.endswith(".lock")]


@pytest.mark.parametrize("content", [b"<html>moved</html>", gzip.compress(bytes(100 << 20)), b""])
def test_something_else_is_sent(server, tmp_path, content):
    server.content["t10k-images-idx3-ubyte.gz"] = content
    with pytest.raises(DataError):
        open_remote("mnist-test", remote(server), tmp_path)


@pytest.mark.parametrize("ranges", [True, False])
def test_the_server_goes_away_midway(server, tmp_path, ranges):
    server.breaks, server.ranges = 2, ranges
    assert np.array_equal(open_remote("mnist-test", remote(server), tmp_path).images[..., 0], IMAGES)
    size = len(server.content["t10k-images-idx3-ubyte.gz"])
    assert [asked[1] for asked in server.asked[:2]] == [None, f"bytes={size // 2}-"]


def test_the_server_goes_away_for_good_and_comes_back(server, tmp_path):
    server.breaks = 3
    with pytest.raises(DataError, match=r"(?s)Cannot download.*--data PATH"):
        open_remote("mnist-test", remote(server), tmp_path)
    part = tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz.part"
    assert 0 < part.stat().st_size < len(server.content["t10k-images-idx3-ubyte.gz"])
    assert np.array_equal(open_remote("mnist-test", remote(server), tmp_path).images[..., 0], IMAGES)


def test_a_part_that_is_whole_or_too_long(server, tmp_path):
    (tmp_path / "mnist").mkdir()
    part = tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz.part"
    for extra in (b"", b"x" * 99):
        part.write_bytes(server.content["t10k-images-idx3-ubyte.gz"] + extra)
        assert len(open_remote("mnist-test", remote(server), tmp_path)) == 50
        (tmp_path / "mnist" / "t10k-images-idx3-ubyte.gz").unlink()


def test_offline_and_not_there(server, tmp_path):
    gone = remote(server)._replace(home="http://127.0.0.1:9/")
    with pytest.raises(DataError, match=r"(?s)Cannot download http://127\.0\.0\.1:9.*give the path"):
        open_remote("mnist-test", gone, tmp_path)
    server.content.clear()
    with pytest.raises(DataError, match="Not Found"):
        open_remote("mnist-test", remote(server), tmp_path)
    assert len(server.asked) == 1  # asking again would not help


def test_debians_copy_is_used_first(server, tmp_path):
    for name, data in server.content.items():
        (tmp_path / name).write_bytes(data)
    assert len(open_remote("mnist-test", remote(server)._replace(debian=tmp_path), tmp_path / "c")) == 50
    assert server.asked == [] and not (tmp_path / "c").exists()


def test_the_cache_cannot_be_written(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="set SPARRING_CACHE"):
        open_remote("mnist-test", remote(server), tmp_path / "file")


@pytest.mark.skipif(
    not REMOTE["fashion-mnist"].debian.exists(), reason="Debian's dataset-fashion-mnist is not installed"
)
def test_full_fashion_mnist_from_debian(tmp_path):
    test = named.open_named("fashion-mnist-test", tmp_path)
    assert np.bincount(test.labels).tolist() == [1000] * 10 and test.spec[:3] == (1, 28, 28)
    train = named.open_named("fashion-mnist", tmp_path)
    assert len(train) == 60_000 and np.array_equal(train.images[:10_000], named.open_named("fashion").images)
    assert not list(tmp_path.iterdir())
