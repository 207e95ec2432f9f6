"""Numbers of a run for TensorBoard. Needs the extra ``tensorboard``, which is imported only here."""

import atexit
import numbers
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sparring.errors import CommandError
from sparring.words import tr

PACKAGE = "tensorboardX"
COUNTS = ("step", "images", "seconds")


def check() -> None:
    """That the extra is installed.

    Raises:
        CommandError: If it is not, with how to install it.
    """
    if find_spec(PACKAGE) is None:
        raise CommandError(tr("for TensorBoard an extra is missing: pip install 'sparring[tensorboard]'"))


class Writer:
    """Writes rows as scalars; they are on disk within ten seconds, and when it is closed or Python ends.

    Args:
        folder: For the event files; made if it is missing.
        after: The last step that is to be kept of what another writer left in the folder; None to keep all.

    Raises:
        CommandError: If the extra is missing.
    """

    def __init__(self, folder: Path, after: int | None = None) -> None:
        check()
        from tensorboardX import SummaryWriter

        self._writer = SummaryWriter(str(folder), flush_secs=10, purge_step=None if after is None else after + 1)
        atexit.register(self._writer.close)

    def row(self, row: Mapping[str, Any]) -> None:
        """The numbers of a row that has its ``step``; images and seconds are written too, other words are left out."""
        for name, value in row.items():
            if name != COUNTS[0] and isinstance(value, numbers.Real) and not isinstance(value, bool):
                self._writer.add_scalar(name, float(value), int(row["step"]))

    def close(self) -> None:
        """Put on disk what was written; no more is."""
        self._writer.close()
        atexit.unregister(self._writer.close)
