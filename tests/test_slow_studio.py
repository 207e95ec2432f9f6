"""The studio as people use it: in a browser, in both languages, on a phone and at a desk, beside a run that trains."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

PLACES = "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"
CHROMIUM = next((path for path in PLACES if Path(path).exists()), None)
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
WORDS = {
    "en": {
        "play": "Play",
        "noise": "Noise",
        "card": "Model card",
        "table": "As a table",
        "command": "Copy as command",
        "python": "Copy as Python",
        "download": "Download this picture (PNG)",
        "settings": "Settings",
        "more": "More seeds",
        "compare": "Compare 2 runs",
        "differ": "Settings that differ",
        "save": "Save as one HTML file",
        "step": "Step",
        "a to b": "From A to B",
        "doctor": "The doctor says",
    },
    "ko": {
        "play": "재생",
        "noise": "노이즈",
        "card": "모델 카드",
        "table": "표로 보기",
        "command": "명령 복사",
        "python": "파이썬 코드 복사",
        "download": "이 이미지 내려받기 (PNG)",
        "settings": "설정",
        "more": "다음 시드 보기",
        "compare": "실행 2개 비교",
        "differ": "서로 다른 설정",
        "save": "HTML 파일 하나로 저장",
        "step": "스텝",
        "a to b": "A에서 B로",
        "doctor": "진단 결과",
    },
}
pytestmark = pytest.mark.slow


def command(*words):
    return [sys.executable, "-m", "sparring", *words]


def train(out, seed, steps):
    data = ["--data", "digits", "--steps", str(steps), "--out", str(out), "--seed", str(seed)]
    how = {"threads": 1, "sample-every": 50, "log-every": 10, "save-every": 200, "precision": "float32"}
    words = ["train", "gan", *data, *(word for name, value in how.items() for word in (f"--run.{name}", str(value)))]
    return subprocess.Popen(command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Open:
    """A studio on a port of its own."""

    def __init__(self, out, port=0, **environment):
        words = command("studio", "--out", str(out), "--port", str(port), "--no-open")
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
        self.address = re.search(r"http\S+", self.process.stdout.readline())[0]
        self.base = self.address.split("?")[0]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        start = time.monotonic()
        self.process.wait(10)
        return time.monotonic() - start


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studio") / "runs"
    for seed in (0, 1):
        assert train(folder, seed, 200).wait(200) == 0
    return folder


@pytest.fixture(scope="module")
def studio(out, tmp_path_factory):
    found = Open(out, SPARRING_CACHE=str(tmp_path_factory.mktemp("cache")))
    yield found
    assert found.end() < 2


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "the browser tests need chromium (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(params=[(size, spoken) for size in SIZES for spoken in WORDS], ids="-".join)
def page(request, browser, studio):
    size, spoken = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale={"ko": "ko-KR", "en": "en-US"}[spoken], accept_downloads=True,
        color_scheme="dark" if size == "phone" else "light", permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    found = context.new_page()
    wrong = watched(found)
    found.goto(studio.address)
    found.wait_for_selector(".runs li")
    found.words = WORDS[spoken]
    yield found
    context.close()
    assert not wrong


def watched(page):
    wrong = []
    page.on("console", lambda m: m.type in ("error", "warning") and wrong.append(m.text))
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("response", lambda r: r.status >= 400 and wrong.append(f"{r.status} {r.url}"))
    return wrong


def fits(page):
    """Nothing is wider than the window, and no text is left in the other language."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def axe(page):
    """Serious problems of accessibility, if axe-core is given by AXE, the path of its axe.min.js."""
    if source := os.environ.get("AXE"):
        page.evaluate(Path(source).read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert not [
            (v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")
        ]


def open_run(page, number):
    page.get_by_role("link", name=re.compile(f"000{number}-")).click()
    page.wait_for_selector(".verdict p:not(.soft)")


def test_a_finished_run_is_looked_at(page):
    open_run(page, 1)
    picture, slider = page.locator(".film img").first, page.get_by_role("slider", name=page.words["step"])
    newest = picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("Home")
    assert (
        picture.get_attribute("src") != newest and picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 50
    )
    page.get_by_role("button", name=page.words["play"]).first.click()
    page.wait_for_function("newest => document.querySelector('.film img').getAttribute('src') === newest", arg=newest)
    assert page.locator(".film figure").count() == 2 and page.locator(".plot canvas").count() >= 5
    first = page.locator(".plot").first
    first.get_by_text(page.words["table"]).click()
    assert first.locator("tbody tr").count() >= 5 and re.search(r"\d", first.locator("p").inner_text())
    assert page.get_by_role("heading", name=page.words["doctor"]).is_visible()
    page.get_by_text(page.words["settings"], exact=True).click()
    assert page.get_by_text("0001-gan-digits").count() >= 2
    fits(page)
    axe(page)


def test_noise_is_explored_and_taken_away(page, tmp_path):
    open_run(page, 1)
    page.get_by_role("link", name=page.words["noise"]).click()
    page.wait_for_selector(".way canvas")
    page.wait_for_function("() => document.querySelector('.wall canvas').width === 8")
    page.get_by_role("button", name=page.words["more"]).click()
    page.locator(".wall button").nth(3).click()
    page.locator(".wall button").nth(8).click()
    assert page.locator(".wall b").all_inner_texts() == ["A", "B"]
    page.get_by_role("slider", name=page.words["a to b"]).focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('.way canvas').width === 8")
    with page.expect_download() as found:
        page.get_by_role("button", name=page.words["download"]).click()
    assert Path(found.value.path()).read_bytes()[:4] == b"\x89PNG" and "35-40" in found.value.suggested_filename
    page.get_by_role("button", name=page.words["command"]).click()
    told = page.evaluate("navigator.clipboard.readText()")
    assert told.startswith("sparring sample") and "--interpolate 35:40:" in told
    page.get_by_role("button", name=page.words["python"]).click()
    line = page.evaluate("navigator.clipboard.readText()")
    done = subprocess.run(
        [sys.executable, "-c", f"{line}; print(len(pictures))"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "48"
    ran = subprocess.run(
        [sys.executable, "-m", *told.split(), "--out", tmp_path / "way.png"], capture_output=True, text=True
    )
    assert ran.returncode == 0 and (tmp_path / "way.png").exists(), ran.stderr
    fits(page)
    axe(page)


def test_runs_are_compared(page):
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("link", name=page.words["compare"]).click()
    page.wait_for_selector(".plots canvas")
    assert page.locator(".pair img").count() == 2
    assert (
        page.get_by_role("heading", name=page.words["differ"]).is_visible()
        and page.get_by_text("run.seed").is_visible()
    )
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.locator("main select").select_option("seconds")
    page.wait_for_selector(".plots canvas")
    fits(page)
    axe(page)


def test_a_model_card_is_read_and_saved(page):
    open_run(page, 1)
    page.get_by_role("link", name=page.words["card"]).click()
    page.frame_locator("iframe").get_by_text("SHA-256").wait_for()
    with page.expect_download() as found:
        page.get_by_role("link", name=page.words["save"]).click()
    saved = Path(found.value.path()).read_text("utf-8")
    assert saved.startswith("<!doctype html>") and "data:image/png" in saved
    fits(page)
    axe(page)


def test_the_language_and_the_colours_are_changed_on_the_page(page):
    both = page.locator("header select")
    both.nth(0).select_option("ko")
    page.get_by_role("heading", name="실행 목록").wait_for()
    both.nth(1).select_option("dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    both.nth(1).select_option("light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    page.reload()
    page.get_by_role("heading", name="실행 목록").wait_for()  # remembered
    fits(page)


def test_a_run_is_watched_live_stopped_and_resumed_and_outlives_the_studio(browser, tmp_path):
    out = tmp_path / "runs"
    training = train(out, 0, 200_000)
    studio = Open(out, SPARRING_CACHE=str(tmp_path / "cache"))
    port = int(re.search(r":(\d+)/", studio.address)[1])
    page = browser.new_context(locale="en-US").new_page()
    try:
        page.goto(studio.address)
        page.wait_for_selector(".runs li .state.running", timeout=60_000)
        page.locator(".runs a.name").click()
        page.wait_for_selector(".film img")
        samples = next(out.iterdir()) / "samples"
        waits = []
        for _ in range(3):
            before = {p.name for p in samples.glob("*[0-9].png")}
            while not (new := {p.name for p in samples.glob("*[0-9].png")} - before):
                time.sleep(0.01)
            start = time.monotonic()
            step = int(max(new)[:8])
            page.get_by_role("img", name=f"Samples after step {step:,}", exact=True).wait_for(timeout=5000)
            waits.append(time.monotonic() - start)
        print("seconds from a file to the page", waits)
        assert min(waits) < 1
        assert page.get_by_text("left").first.is_visible()
        studio.process.kill()
        studio.process.wait()
        page.get_by_role("alert").first.wait_for()
        studio = Open(out, port, SPARRING_CACHE=str(tmp_path / "cache"))
        page.get_by_role("alert").first.wait_for(state="detached", timeout=20_000)  # the page goes on by itself
        at = page.locator(".film output").inner_text()
        page.wait_for_function("at => document.querySelector('.film output').innerText !== at", arg=at, timeout=20_000)
        page.get_by_role("button", name="Save and stop").click()
        assert training.wait(30) == 75
        page.wait_for_selector(".state.interrupted")
        page.get_by_role("button", name="Go on training").click()
        page.wait_for_selector(".state.running", timeout=60_000)
        page.get_by_role("button", name="Save and stop").click()
        page.wait_for_selector(".state.interrupted", timeout=30_000)
        assert studio.end() < 2
    finally:
        training.kill()
        studio.process.kill()


def test_no_request_that_the_schema_allows_or_forbids_makes_the_server_fail(studio):
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    client = httpx.Client(base_url=studio.base)
    client.get(studio.address)
    cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    run = client.get("api/runs").json()[0]["id"]
    schema = schemathesis.openapi.from_dict(client.get("api/openapi.json").json())
    asked = []

    def asks(path):
        def one(case):
            if case.path_parameters and "run" in case.path_parameters and len(asked) % 2:
                case.path_parameters["run"] = run
            answer = case.call(base_url=studio.base.rstrip("/"), headers={"cookie": cookie}, timeout=30)
            asked.append(answer.status_code)
            assert answer.status_code < 500, (path, answer.text)
            assert answer.status_code < 400 or answer.json()["error"]

        return one

    few = settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() == "GET" and operation.path != "/api/events":  # a stream does not end
            given(case=operation.as_strategy())(few(asks(operation.path)))()
    assert len(asked) > 100 and 200 in asked and {400, 404, 422} & set(asked)
