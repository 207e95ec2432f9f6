"""The Makefile: every target that is named does something, with files that are there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_every_phony_target_has_commands():
    text = (ROOT / "Makefile").read_text()
    (names,) = re.findall(r"^\.PHONY:(.*)$", text, re.M)
    idle = [name for name in names.split() if not re.search(rf"^{name}:.*\n\t\S", text, re.M)]
    assert len(names.split()) >= 8 and idle == []
    scripts = re.findall(r"\b\w+/\w+\.py\b", text)
    assert len(set(scripts)) == 8 and all((ROOT / script).is_file() for script in scripts)


@pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="needs make and a shell")
def test_a_python_that_is_too_old_is_named_before_anything_is_installed(tmp_path):
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    for version, says in (("(3, 9, 6)", "needs Python 3.11 or newer"), ("(3, 11, 0)", "making .venv")):
        old = tmp_path / "python-old"
        pretend = f"import sys; sys.version_info = {version}; exec(sys.argv[1])"
        old.write_text(f"""#!/bin/sh
if [ "$1" = -m ]; then echo "making $3"; exit 7; fi
exec {sys.executable} -c "{pretend}" "$2"
""")
        old.chmod(0o755)
        words = ["make", "-f", ROOT / "Makefile", "demo", f"PYTHON={old}"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 2 and says in done.stdout + done.stderr, done
    assert not (tmp_path / ".venv").exists()
