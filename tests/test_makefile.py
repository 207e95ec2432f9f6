"""The Makefile: every target that is named does something, with files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_phony_target_has_commands():
    text = (ROOT / "Makefile").read_text()
    (names,) = re.findall(r"^\.PHONY:(.*)$", text, re.M)
    idle = [name for name in names.split() if not re.search(rf"^{name}:.*\n\t\S", text, re.M)]
    assert len(names.split()) >= 8 and idle == []
    scripts = re.findall(r"\b\w+/\w+\.py\b", text)
    assert len(scripts) == 3 and all((ROOT / script).is_file() for script in scripts)
