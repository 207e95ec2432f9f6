"""The studio's server: who may ask, what is answered, and that nothing which is sent or lies in a run folder harms it."""

import asyncio
import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import httpx
import pytest
import torch
from starlette.testclient import TestClient

import sparring
from sparring.errors import CommandError
from sparring.runs.lock import lock
from sparring.studio import control, guard, watch
from sparring.studio.app import make_app
from sparring.studio.card import card
from sparring.studio.catalog import Catalog, NotKnown, id_of
from sparring.studio.guard import Guard
from sparring.studio.watch import Watcher, news
from sparring.studio.words import PAGE
from sparring.use.wall import wall
from sparring.words import language, speaking, tr, translations

STATIC = Path(sparring.__file__).parent / "studio" / "static"
ORIGIN = "http://127.0.0.1:7777"
HOW = {"steps": 4, "threads": 1, "log_every": 1, "sample_every": 2, "save_every": 4, "held_out": 100}
SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 8}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    out = tmp_path_factory.mktemp("studio") / "runs"
    for seed in (0, 1):
        sparring.train("gan", "digits", run={**HOW, "out": out, "seed": seed}, **SMALL)
    return out


@pytest.fixture(scope="module")
def client(runs):
    with TestClient(Guard(make_app(Catalog(runs)), "token", "key", "127.0.0.1", 7777), ORIGIN) as found:
        found.cookies.set("sparring_studio_7777", "key")
        yield found


@pytest.fixture(scope="module")
def ids(client):
    return [run["id"] for run in client.get("/api/runs").json()]


def refused(answer, status, words=""):
    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"] and answer.json()["error"]
    return True


# Who may ask


def test_nobody_is_answered_without_the_token_and_the_cookie_is_strict(runs):
    with TestClient(Guard(make_app(Catalog(runs)), "token", "key", "127.0.0.1", 7777), ORIGIN) as stranger:
        for path in (
            "/",
            "/static/main.js",
            "/api/runs",
            "/api/events",
            "/api/openapi.json",
            "/?token=wrong",
            "/?token=",
        ):
            assert refused(stranger.get(path), 401, "sparring studio")
        assert "토큰" in stranger.get("/", headers={"accept": "text/html", "accept-language": "ko-KR,en"}).text
        first = stranger.get("/?token=token")
        assert first.status_code == 200 and "url=/" in first.text
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(first.headers["set-cookie"].split("; "))
        assert stranger.get("/api/runs").status_code == 200  # now it has the cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7777", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:7777", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_not_answered(client, host):
    assert refused(client.get("/api/runs", headers={"host": host}), 421)


@pytest.mark.parametrize("host", ["localhost:7777", "LOCALHOST:7777", "127.0.0.1:7777", "[::1]:7777"])
def test_the_names_of_this_machine_are(client, host):
    assert client.get("/api/runs", headers={"host": host}).status_code == 200


def test_other_sites_can_neither_post_nor_read(client, ids):
    stop = f"/api/runs/{ids[0]}/stop"
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {}, {"origin": "http://127.0.0.1:8888"},
                    {"origin": ORIGIN, "sec-fetch-site": "cross-site"}):  # fmt: skip
        assert refused(client.post(stop, json={}, headers=headers), 403)
    assert refused(client.get("/api/runs", headers={"origin": "http://evil.example"}), 403)
    assert refused(client.get("/api/runs", headers={"sec-fetch-site": "cross-site"}), 403)
    form = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    assert refused(client.post(stop, content="a=b", headers=form), 415)
    assert refused(
        client.post(stop, json={}, headers={"origin": ORIGIN}), 422, "nothing to stop"
    )  # the page itself is heard


def test_every_answer_forbids_inline_scripts_frames_of_others_and_guessing_types(client, ids):
    for path in ("/", "/static/main.js", "/api/runs", f"/api/runs/{ids[0]}/card", "/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        script = re.search(r"script-src ([^;]*)", policy) or re.search(r"default-src ([^;]*)", policy)
        assert script[1] in ("'self'", "'none'") and "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    page = client.get("/").text
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="/static/main.js">']
    assert not re.search(r"https?://", page) and " on" not in re.sub(r"\s+", " ", re.sub(r">[^<]*<", "><", page))


# What is sent


PATHS = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "%2e%2e/%2e%2e/pyproject.toml",
    "....//x",
    "\\..\\x",
    "%00",
    "a" * 5000,
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_in_any_parameter_is_refused(client, ids, path):
    run = ids[0]
    for url in (f"/static/{path}", f"/api/runs/{path}", f"/api/runs/{path}/curves", f"/api/runs/{run}/pictures/{path}",
                f"/api/words/{path}", f"/api/events?run={path}", f"/api/compare?run={path}&run={run}",
                f"/api/runs/{run}/seeds?first={path}", f"/api/runs/{run}/model?which={path}",
                f"/api/runs/{run}/way?a=1&b=2&label={path}", f"/{path}"):  # fmt: skip
        answer = client.get(url)
        assert 400 <= answer.status_code < 500, url
        assert answer.json()["error"]
        assert "root:" not in answer.text


def test_what_is_wrong_is_said_in_the_language_asked_for(client, ids):
    assert refused(client.get("/api/runs/000000000000"), 404, "no such run")
    assert refused(client.get("/api/runs/000000000000?language=ko"), 404, "그런 실행이 없습니다")
    assert refused(client.get("/api/runs/000000000000", headers={"accept-language": "ko,en;q=0.5"}), 404, "그런 실행")
    assert refused(client.get(f"/api/runs/{ids[0]}/seeds?first=-1&language=ko"), 400, "맞지 않는 것: first")
    assert refused(client.get("/nothing"), 404) and refused(
        client.put("/api/runs", headers={"origin": ORIGIN}, json={}), 405
    )
    assert language() == "en"


@pytest.mark.parametrize("query", ["first=0&count=65", "first=0&count=0", "first=2147483648", "first=x", "first=0&truncation=nan",
                                   "first=0&truncation=1e999", "first=0&which=../best", "first=0&label=-1", ""])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(client, ids, query):
    assert refused(client.get(f"/api/runs/{ids[0]}/seeds?{query}"), 400)


def test_a_model_refuses_what_it_lacks_in_words(client, ids):
    assert refused(client.get(f"/api/runs/{ids[0]}/seeds?first=0&label=1"), 422)
    assert refused(client.get(f"/api/runs/{ids[0]}/seeds?first=0&truncation=0.5"), 422, "truncation")
    assert refused(client.get(f"/api/runs/{ids[0]}/seeds?first=0&which=best"), 422, "best")


def test_a_large_body_is_not_read(client, ids):
    headers = {"origin": ORIGIN, "content-type": "application/json"}
    url = f"/api/runs/{ids[0]}/go-on"
    assert refused(client.post(url, content=b"{}", headers={**headers, "content-length": str(1 << 30)}), 413)
    assert refused(client.post(url, content=b"{}", headers={**headers, "content-length": "-1"}), 413)
    read = []

    def much():
        for i in range(10_000):
            read.append(i)
            yield b" " * 1024

    assert refused(client.post(url, content=much(), headers=headers), 413)
    assert len(client.get("/api/runs").json()) == 2
    assert refused(client.post(url, content=b"{" * 60_000, headers=headers), 400)
    assert refused(client.post(url, json={"minutes": -1}, headers=headers), 400)
    assert refused(client.post(url, json={"minutes": "; rm"}, headers=headers), 400)


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", 0.05)

    async def never():
        await asyncio.sleep(60)

    noted = []
    with pytest.raises(guard.Refused) as caught:
        asyncio.run(guard.patient(never, noted)())
    assert caught.value.status == 408 and noted == [caught.value]


def test_too_many_requests_at_once_are_told_to_come_again(runs):
    inner = Guard(make_app(Catalog(runs)), "token", "key", "127.0.0.1", 7777)
    inner.now = guard.MOST_AT_ONCE
    with TestClient(inner, ORIGIN) as found:
        assert refused(found.get("/api/runs"), 429)


# What lies in run folders


def png(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def test_hostile_files_in_a_run_folder_are_refused_and_names_are_text(tmp_path):
    run = tmp_path / "0001-<script>alert(1)<"
    (run / "samples").mkdir(parents=True)
    (run / "config.json").write_text('{"recipe": "<img src=x onerror=alert(1)>", "data": {"sources": ["<script>"]}}')
    (run / "verdict.json").write_text('{"words": "<script>alert(1)</script>", "name": "x", "command": "", "step": 0}')
    (run / "metrics.jsonl").write_text(
        '{"step": 1}\n{"step": "NaN", "D/paid/x": "Infinity"}\n[[[[\n' + "[" * 100_000 + "\n"
    )
    samples = run / "samples"
    (samples / "00000001.png").write_bytes(png(30_000, 30_000))
    (samples / "00000002.png").write_bytes(b"GIF89a" + b"\0" * 100)
    (samples / "00000003.png").symlink_to("/etc/passwd")
    with open(samples / "00000004.png", "wb") as file:
        file.truncate(1 << 40)
    (samples / "00000005-<svg onload=alert(1)>.png").write_bytes(png(2, 2))
    os.mkfifo(samples / "00000006.png")
    with TestClient(Guard(make_app(Catalog(tmp_path)), "token", "key", "127.0.0.1", 7777), ORIGIN) as client:
        client.cookies.set("sparring_studio_7777", "key")
        (one,) = client.get("/api/runs").json()
        full = client.get(f"/api/runs/{one['id']}").json()
        by_step = {p["step"]: p["number"] for p in full["pictures"]}
        answers = {step: client.get(f"/api/runs/{one['id']}/pictures/{n}") for step, n in by_step.items()}
        assert refused(answers[1], 422, "30,000 x 30,000") and refused(answers[2], 422, "not a PNG")
        assert refused(answers[3], 422, "link") and refused(answers[4], 422, "bytes") and refused(answers[6], 422)
        assert answers[5].status_code == 200 and answers[5].headers["content-type"] == "image/png"
        assert client.get(f"/api/runs/{one['id']}/curves").status_code == 200
        assert client.get(f"/api/runs/{one['id']}/stands").status_code == 200
        page = client.get(f"/api/runs/{one['id']}/card").text
        assert "<script" not in page and "<img src=x" not in page and "&lt;script&gt;" in page
        assert client.get(f"/api/runs/{one['id']}/model").status_code == 422
        assert client.get(f"/api/compare?run={one['id']}&run={one['id']}").status_code == 422


# What is answered


def test_a_run_is_shown_with_its_pictures_curves_and_verdict(client, ids, runs):
    full = client.get(f"/api/runs/{ids[0]}").json()
    assert (
        full["state"] == "done"
        and full["step"] == 4
        and full["done"] == 1.0
        and full["mayGoOn"]
        and not full["mayStop"]
    )
    shown = {(p["name"], p["step"]) for p in full["pictures"]}
    assert {("samples", 0), ("samples", 2), ("samples", 4), ("samples-raw", 4), ("reals", -1)} <= shown
    number = next(p["number"] for p in full["pictures"] if (p["name"], p["step"]) == ("samples", 4))
    answer = client.get(f"/api/runs/{ids[0]}/pictures/{number}")
    assert answer.content == (Path(full["path"]) / "samples" / "00000004.png").read_bytes()
    found = client.get(f"/api/runs/{ids[0]}/curves").json()
    gradient = next(p for p in found["panels"] if p["log"])
    assert [c["label"] for c in gradient["curves"]] == ["D", "G"] and gradient["curves"][0]["x"] == [1, 2, 3, 4]
    assert set(found["losses"]) == {"D", "G"} and found["rows"] == 4
    english, korean = (client.get(f"/api/runs/{ids[0]}/stands?language={x}").json() for x in ("en", "ko"))
    assert (
        english["words"].startswith("Too early")
        and re.search("[가-힣]", korean["words"])
        and english["step"] == korean["step"] == 4
    )


def test_the_list_names_runs_by_ids_and_a_wrong_one_stays_unknown(runs, ids):
    catalog = Catalog(runs)
    assert [name for name, _ in catalog.runs()] == ids and all(re.fullmatch("[0-9a-f]{12}", i) for i in ids)
    assert Catalog(runs).path(ids[0]) == catalog.path(ids[0])  # of a server that was started again, too
    chosen = Catalog(runs, [catalog.path(ids[1])])
    with pytest.raises(NotKnown):
        chosen.path(ids[0])


def test_a_picture_that_is_drawn_again_gets_a_new_number(runs, tmp_path):
    folder = tmp_path / "0001-x"
    (folder / "samples").mkdir(parents=True)
    path = folder / "samples" / "00000001.png"
    path.write_bytes(png(2, 2))
    (folder / "config.json").write_text("{}")
    album = Catalog(tmp_path).album(id_of(folder))
    (before,) = album.pictures()
    path.write_bytes(png(3, 3))
    os.utime(path, ns=(1, 1))
    (after,) = album.pictures()
    assert after.number != before.number and album.read(after.number) == png(3, 3)
    with pytest.raises(NotKnown):
        album.read(before.number)


def test_the_wall_and_the_way_are_what_sample_and_interpolate_draw(client, ids, runs):
    import io

    import numpy as np
    from PIL import Image

    path = client.get(f"/api/runs/{ids[0]}").json()["path"]
    model = sparring.load(path)
    for seed, picture in zip((5, 6, 7), wall(model, (5, 6, 7)).tensor, strict=True):
        assert torch.allclose(picture, model.sample(1, seed=seed).tensor[0], atol=1e-6)
    assert not torch.allclose(wall(model, (5,)).tensor, wall(model, (6,)).tensor, atol=1e-3)
    answer = client.get(f"/api/runs/{ids[0]}/way?a=3&b=4&frames=5")
    sheet = np.asarray(Image.open(io.BytesIO(answer.content)))
    columns = int(answer.headers["x-columns"])
    for i, frame in enumerate(model.interpolate(3, 4, 5).pictures):
        y, x = i // columns * 8, i % columns * 8
        assert np.array_equal(sheet[y : y + 8, x : x + 8], np.asarray(frame))
    facts = client.get(f"/api/runs/{ids[0]}/model").json()
    assert (facts["width"], facts["height"], facts["step"], facts["classes"], facts["truncation"]) == (
        8,
        8,
        4,
        [],
        False,
    )


def test_two_runs_are_compared_by_what_differs(client, ids):
    found = client.get(f"/api/compare?run={ids[0]}&run={ids[1]}").json()
    assert found["differing"] == [{"name": "run.seed", "values": ["0", "1"]}]
    assert set(found["along"]) == {"step", "images", "seconds"}
    assert all(len(q["along"]["images"]) == 2 for q in found["quantities"])
    assert refused(client.get(f"/api/compare?run={ids[0]}"), 400)


def test_a_card_is_one_file_without_paths_of_this_machine(runs, ids):
    path = Catalog(runs).path(ids[0])
    english = card(path)
    with speaking("ko"):
        korean = card(path)
    digest = json.loads((path / "data.json").read_text())["digest"]
    for page in (english, korean):
        assert digest in page and "data:image/png;base64," in page and "CC BY 4.0" in page and "g_hidden" in page
        assert str(path.parent) not in page and "http" not in re.sub("http-equiv", "", page)
    assert "Limits" in english and "한계" in korean


# Live


def test_what_is_new_is_told_once_and_a_page_that_comes_back_goes_on():
    one, two = ({"number": n, "name": "samples", "step": n} for n in (1, 2))
    assert news({}, {"run": 1, "rows": 5, "pictures": [one]}, 0) == [("run", 1), ("rows", 5), ("pictures", [one])]
    before = {"run": 1, "rows": 5, "pictures": [one]}
    assert news(before, {**before, "pictures": [one, two]}, 1) == [("pictures", [two])]
    assert news({}, {**before, "pictures": [one, two]}, 1)[-1] == ("pictures", [two])
    assert news(before, {**before, "pictures": []}, 1) == [("removed", [1])]
    watcher = Watcher(Catalog(Path("nowhere")))
    assert watcher.cursor(f"{watcher.epoch}.7") == 7 and watcher.cursor("00000000.7") == 0
    for wrong in ("x", "1", f"{watcher.epoch}.-1", f"{watcher.epoch}.1e9", f"{watcher.epoch}.{'9' * 50}", "\0"):
        with pytest.raises(CommandError):
            watcher.cursor(wrong)


def test_a_malformed_last_event_id_is_refused_in_words(client, ids):
    assert refused(client.get(f"/api/events?run={ids[0]}", headers={"last-event-id": "<x>"}), 422, "Last-Event-ID")
    assert refused(client.get("/api/events", headers={"last-event-id": "a" * 100}), 400)


def test_pages_share_one_look_and_more_than_a_server_takes_are_refused(runs, ids, monkeypatch):
    monkeypatch.setattr(watch, "MOST_STREAMS", 3)
    monkeypatch.setattr(watch, "PACE", 0.01)

    async def look():
        watcher = Watcher(Catalog(runs))
        streams = [watcher.stream(ids[0], "") for _ in range(3)]
        for stream in streams:
            assert (await anext(stream)).startswith("retry")
        with pytest.raises(watch.TooMany):
            watcher.stream(ids[0], "")
        texts = [[await anext(stream) for _ in range(4)] for stream in streams]
        assert len(watcher._watched) == 1 and all("event: pictures" in "".join(text) for text in texts)
        for stream in streams:
            await stream.aclose()
        assert watcher.streams == 0 and not watcher._watched

    asyncio.run(look())


# Stopping and going on


def test_a_run_is_stopped_by_the_signal_that_saves_and_only_if_its_process_is_here(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    got = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: got.append(number))
    try:
        with lock(tmp_path / ".lock"):
            assert control.stop(tmp_path) == os.getpid()
            (tmp_path / ".lock.holder").write_text(f"{os.getpid()} another-machine")
            with pytest.raises(CommandError, match="another machine"):
                control.stop(tmp_path)
        with pytest.raises(CommandError, match="nothing to stop"):
            control.stop(tmp_path)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert got == [signal.SIGTERM]


def test_going_on_starts_the_command_and_tells_what_it_said(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    started = []
    popen = subprocess.Popen

    def instead(words, **how):
        started.append(words)
        return popen([sys.executable, "-c", "print('no such data'); raise SystemExit(3)"], **how)

    monkeypatch.setattr(control.subprocess, "Popen", instead)
    resumed = control.Resumed()
    resumed.go_on(tmp_path, 2.5)
    resumed._started[tmp_path][0].wait()
    assert started[0][1:] == ["-m", "sparring", "resume", str(tmp_path), "--language", "en", "--minutes", "2.5"]
    assert resumed.trouble(tmp_path) == "no such data" and not resumed.starting(tmp_path)
    with lock(tmp_path / ".lock"), pytest.raises(CommandError, match="in training already"):
        resumed.go_on(tmp_path, None)


# A server on a socket


@pytest.fixture
def served(runs, monkeypatch, tmp_path):
    from sparring.studio import server

    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path))
    monkeypatch.setattr(server, "PATIENCE", 0.3)
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    told, kept = [], []
    usual = server.Announced.__init__

    def noted(self, *how):
        usual(self, *how)
        kept.append(self)

    monkeypatch.setattr(server.Announced, "__init__", noted)
    thread = threading.Thread(target=server.serve, args=(Catalog(runs), "127.0.0.1", 0, told.append))
    thread.start()
    end = time.monotonic() + 20
    while not told and time.monotonic() < end:
        time.sleep(0.01)
    yield told[0]
    kept[0].should_exit = True
    start = time.monotonic()
    thread.join(10)
    assert not thread.is_alive() and time.monotonic() - start < 2


def test_slow_and_idle_connections_end_and_200_do_not_shut_others_out(served):
    port = int(re.search(r":(\d+)/", served)[1])
    slow = socket.create_connection(("127.0.0.1", port))
    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ")
    crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    start = time.monotonic()
    slow.settimeout(5)
    try:
        assert slow.recv(100) == b""
    except ConnectionResetError:
        pass
    assert time.monotonic() - start < 3
    with httpx.Client() as client:
        client.get(served)
        base = served.split("?")[0]
        assert client.get(f"{base}api/runs").status_code == 200
        assert client.get(f"{base}api/runs", headers={"x-a": "b" * 100_000}).status_code == 400
        with client.stream("GET", f"{base}api/events") as events:  # stays open: the fixture sees that it keeps nobody
            lines = events.iter_lines()
            assert any(line.startswith("event: runs") for line in lines)
    for one in [slow, *crowd]:
        one.close()


def test_the_key_of_the_cookie_is_kept_for_this_user_alone(tmp_path, monkeypatch):
    from sparring.studio.server import kept_key, listen

    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path))
    key = kept_key(7)
    path = tmp_path / "studio" / "7.key"
    assert kept_key(7) == key != kept_key(8) and path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert kept_key(7) != key
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(CommandError, match="--port"):
            listen("127.0.0.1", taken.getsockname()[1])


# The page


def said():
    """Every text that the page's modules say."""
    found = set()
    for path in STATIC.rglob("*.js"):
        if "vendor" not in path.parts:
            source = path.read_text()
            found |= {json.loads(text) for text in re.findall(r"\bt\(\s*(\"(?:[^\"\\]|\\.)*\")", source)}
    names = re.search(r"const NAMES = \{(.*?)\};", (STATIC / "film.js").read_text(), re.DOTALL)
    return found | set(re.findall(r': "([^"]+)"', names[1]))


def test_the_page_says_just_what_is_translated(client):
    assert set(PAGE) == said() and len(PAGE) == len(set(PAGE))
    korean = client.get("/api/words/ko").json()
    assert set(korean) == set(PAGE) and all(korean[text] == translations()[text] != text for text in PAGE)
    for text, told in korean.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", told))


def test_vendored_files_are_the_ones_that_were_checked_and_the_page_asks_no_other_host():
    for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
    for path in STATIC.rglob("*"):
        if path.suffix in (".js", ".css", ".html") and "vendor" not in path.parts:
            text = path.read_text()
            assert not re.search(r"https?://|innerHTML|\beval\(|new Function", text), path.name


def test_a_language_is_spoken_by_one_thread_alone():
    told = []
    with speaking("ko"):
        other = threading.Thread(target=lambda: told.append(tr("Runs")))
        other.start()
        other.join()
        told.append(tr("Runs"))
    assert told == ["Runs", "실행 목록"] and tr("Runs") == "Runs"


def test_only_its_command_imports_the_studio():
    """The trainer cannot wait for what it does not know."""
    package = Path(sparring.__file__).parent
    users = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if "sparring.studio" in path.read_text()
    }
    assert {name for name in users if not name.startswith("studio/")} == {"commands/studio.py"}


# The commands


def ended(*words):
    from sparring.cli import main

    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    return caught.value.code


def test_the_command_says_what_it_lacks_and_what_is_wrong(runs, capsys, monkeypatch):
    from sparring.commands import studio

    assert ended("studio", "--port", 70_000) == 2 and "0 to 65,535" in capsys.readouterr().err
    assert ended("studio", "7", "--out", runs) == 3 and "no run '7'" in capsys.readouterr().err
    monkeypatch.setattr(studio, "NEEDED", ("no_such_module",))
    assert ended("studio") == 2 and 'pip install "sparring[studio]"' in capsys.readouterr().err


def test_a_card_is_written_to_a_file_and_nothing_is_overwritten(runs, ids, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, out = Catalog(runs).path(ids[0]), tmp_path / "mine.html"
    assert ended("card", path, "--out", out) == 0 and out.read_text().startswith("<!doctype html>")
    assert ended("card", path, "--out", out) == 2 and "there already" in capsys.readouterr().err
    assert ended("card", path) == 0 and (tmp_path / "card-0001-gan-digits.html").exists()
