"""Windows and macOS: what only Unix has, or only Linux, is not needed. Shown where it is hidden."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sparring import durable

HERE = Path(__file__).parent
TINY = "--g-hidden 8 --d-hidden 8 --z-dim 4 --batch-size 8 --run.threads 1"


def words(code):
    return [
        sys.executable,
        "-X",
        "warn_default_encoding",
        "-c",
        f"from as_on_windows import pretend; pretend()\n{code}",
    ]


def environment(folder):
    paths = [str(HERE), str(HERE.parent / "src"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "SPARRING_CACHE": str(folder / "cache")}


def on_windows(code, folder, **extra):
    """What a program prints there; its traceback if it fails."""
    done = subprocess.run(
        words(code), cwd=folder, env=environment(folder) | extra, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands(folder, *lines, **extra):
    """What commands print that are run one after another."""
    each = f"for line in {lines}:\n    try: main(line.split())\n    except SystemExit as end: assert not end.code, line"
    return on_windows(f"from sparring.cli import main\n{each}", folder, **extra)


def test_every_module_can_be_imported(tmp_path):
    code = (
        "import importlib, pkgutil, sparring\n"
        "names = [m.name for m in pkgutil.walk_packages(sparring.__path__, 'sparring.') if '__main__' not in m.name]\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names))"
    )
    assert int(on_windows(code, tmp_path)) > 130


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import fcntl", "ModuleNotFoundError: No module named 'fcntl'"),
        ("import resource", "ModuleNotFoundError: No module named 'resource'"),
        ("import os; os.register_at_fork", "AttributeError: module 'os' has no attribute 'register_at_fork'"),
        (
            "import os; os.open('x', os.O_RDWR | os.O_NOFOLLOW)",
            "AttributeError: module 'os' has no attribute 'O_NOFOLLOW'",
        ),
        ("import os; os.fsync(os.open('.', os.O_RDONLY))", "PermissionError: [Errno 13]"),
        ("import os; os.fsync(os.open(__file__, os.O_RDONLY))", "OSError: [Errno 9]"),
        ("import os; os.kill(os.getpid(), 0)", "ends the process on Windows"),
        ("import os; os.mkdir('a'); os.rename('a', 'b')", "PermissionError: [Errno 13]"),
        ("from pathlib import Path; Path('x').write_text('x')", "EncodingWarning"),
        ("open('x', 'w')", "EncodingWarning"),
        ("open('/proc/meminfo', encoding='utf-8')", "FileNotFoundError"),
        ("import sys; assert sys.platform != 'win32'", "AssertionError"),
        ("import signal; signal.SIGKILL", "AttributeError: module 'signal' has no attribute 'SIGKILL'"),
    ],
)
def test_control_what_unix_has_is_hidden_from_the_package(tmp_path, code, says):
    (tmp_path / "sparring").mkdir()
    (tmp_path / "sparring" / "__init__.py").write_text(code)
    done = subprocess.run(
        words("import sys; sys.path.insert(0, '.'); import sparring"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert says in done.stderr


def test_control_what_is_written_as_text_gets_longer_lines(tmp_path):
    (tmp_path / "sparring").mkdir()
    code = "import os\nfd = os.open('x', os.O_WRONLY | os.O_CREAT)\nos.write(fd, b'a\\n')\n"
    (tmp_path / "sparring" / "__init__.py").write_text(code)
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    subprocess.run(words("import sys; sys.path.insert(0, '.'); import sparring"), cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "x").read_bytes() == b"a\r\n"


def test_a_lock_refuses_the_second_and_says_how_the_first_is_stopped(tmp_path):
    code = (
        "import os\nfrom pathlib import Path\nfrom sparring.errors import CommandError\n"
        "from sparring.runs.lock import holder, lock\n"
        "path = Path('.lock')\n"
        "with lock(path):\n"
        "    print(holder(path) == os.getpid())\n"
        "    try:\n"
        "        with lock(path): print('twice')\n"
        "    except CommandError as error: print(str(error).replace(str(os.getpid()), 'PID'))\n"
        "print(holder(path))"
    )
    first, second, last = on_windows(code, tmp_path).splitlines()
    assert (first, last) == ("True", "None")
    assert "in use by process PID. " in second
    assert "stop it (Ctrl-C in its window saves first)" in second


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path):
    code = (
        "import time\nfrom pathlib import Path\nfrom sparring.runs.lock import lock\n"
        "with lock(Path('.lock')):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    asks = "from pathlib import Path\nfrom sparring.runs.lock import holder\nprint(holder(Path('.lock')))"
    trainer = subprocess.Popen(words(code), cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, text=True)
    try:
        assert trainer.stdout.readline() == "held\n"
        assert on_windows(asks, tmp_path) == f"{trainer.pid}\n"
        trainer.send_signal(signal.SIGKILL)
        trainer.wait()
        assert on_windows(asks, tmp_path) == "None\n"
    finally:
        trainer.kill()
        trainer.communicate()


def test_files_rows_and_checkpoints_are_the_same_bytes(tmp_path):
    code = (
        "from pathlib import Path\nimport torch\nfrom sparring import durable\n"
        "from sparring.engine.snapshot import Snapshot\nfrom sparring.errors import ModelError\n"
        "from sparring.runs import checkpoint, journal\n"
        "for text in (b'old', b'a\\nb\\r\\n\\x1a'): durable.write_file(Path('file'), text)\n"
        "durable.write_json(Path('config.json'), {'name': '\\ud55c'})\n"
        "for step in (1, 2): journal.append_row(Path('rows'), {'step': step})\n"
        "tensors = {'game': {'w': torch.full((7,), 10, dtype=torch.uint8)}}\n"
        "for step in (1, 2, 3): checkpoint.save(Path('kept'), Snapshot(step, tensors, {'step': step}))\n"
        "path, passed = checkpoint.newest(Path('kept'))\n"
        "read = checkpoint.read(path)\n"
        "print(path.name, passed, read.state, read.tensors['game']['w'].tolist())\n"
        "Path('link').symlink_to('file')\n"
        "try: durable.read_bytes(Path('link'), 100)\n"
        "except ModelError as error: print(error)"
    )
    read, refused = on_windows(code, tmp_path).splitlines()
    assert read == "00000003 [] {'step': 3} [10, 10, 10, 10, 10, 10, 10]"
    assert refused == "link cannot be read: it is a link, and links are not followed."
    assert (tmp_path / "file").read_bytes() == b"a\nb\r\n\x1a"
    assert (tmp_path / "rows").read_bytes() == b'{"step": 1}\n{"step": 2}\n'
    assert (tmp_path / "config.json").read_text("utf-8") == '{\n  "name": "한"\n}\n'
    assert sorted(os.listdir(tmp_path / "kept")) == ["00000002", "00000003"]


def test_a_run_is_trained_listed_resumed_and_sampled(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "faces").mkdir()
    for i in range(20):
        Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8)).save(tmp_path / "faces" / f"{i}.png")
    train = f"train gan --data faces --run.steps 3 {TINY}"
    said = commands(tmp_path, train, "resume --run.steps 5", "list", "sample 1 --count 4 --out four.png")
    assert re.search(r"0001-gan-faces +done +5 ", said)
    assert Image.open(tmp_path / "four.png").size[0] > 12
    run = tmp_path / "runs" / "0001-gan-faces"
    assert [p.name for p in (run / "checkpoints").iterdir()] and (run / "results.png").is_file()
    written = [p for p in run.rglob("*") if p.suffix in (".json", ".jsonl", ".txt", ".md")]
    assert len(written) >= 8
    assert not [p for p in written if b"\r" in p.read_bytes()]


def test_what_a_terminal_cannot_show_is_written_otherwise(tmp_path):
    run = tmp_path / "runs" / "0001-얼굴"
    run.mkdir(parents=True)
    (run / "config.json").write_text('{"recipe": "gan", "data": "얼굴"}', "utf-8")
    assert r"0001-\uc5bc\uad74" in commands(tmp_path, "list", PYTHONIOENCODING="cp1252")


class Full:
    """``fcntl`` of macOS; ``refuses`` is a file system that cannot."""

    F_FULLFSYNC = 51

    def __init__(self, refuses):
        self.refuses, self.calls = refuses, []

    def fcntl(self, fd, what):
        self.calls.append(what)
        if self.refuses:
            raise OSError(errno.ENOTSUP, "Operation not supported")


@pytest.mark.parametrize("refuses", [False, True])
def test_on_macos_a_write_goes_down_to_the_disk(tmp_path, monkeypatch, refuses):
    full, synced = Full(refuses), []
    monkeypatch.setitem(sys.modules, "fcntl", full)
    monkeypatch.setattr(durable.os, "fsync", synced.append)
    monkeypatch.setattr(sys, "platform", "darwin")
    durable.write_file(tmp_path / "file", b"x")
    monkeypatch.undo()
    assert full.calls == [51, 51]  # the file, then its folder
    assert len(synced) == (2 if refuses else 0)


def test_only_windows_is_patient_with_a_name_that_is_refused(tmp_path, monkeypatch):
    tries = []

    def refuse(old, new):
        tries.append(old)
        raise PermissionError(errno.EACCES, "Permission denied")

    with pytest.raises(PermissionError):
        durable.patiently(refuse, tmp_path, tmp_path)
    assert len(tries) == 1
    monkeypatch.setattr(durable, "PATIENCE", 0.2)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(PermissionError):
        durable.patiently(refuse, tmp_path, tmp_path)
    assert 3 <= len(tries) <= 15
