"""``sparring data``: look at data before training on it."""

import json
from typing import Annotated

from cyclopts import App, Parameter

from sparring.data.check import check as check_data
from sparring.data.size import parse_size
from sparring.report.waiting import waiting

app = App(name="data", help="Look at data before training on it.")


@app.command
def check(
    path: str,
    *,
    size: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Say what was found, what would be skipped and why, near-duplicates, and sizes that would be resized.

    Args:
        path: A named set, a folder, or a zip, npy, npz or IDX file.
        size: Resize to one side (64) or height x width (48x64).
        as_json: Print the answer as JSON.
    """
    with waiting() as progress:
        answer = check_data(path, parse_size(size), progress=progress)
    print(json.dumps(answer.as_dict(), ensure_ascii=False) if as_json else answer.text())
