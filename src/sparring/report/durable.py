"""A file that is either the old one or the new one, never half of each."""

import contextlib
import errno
import os
from pathlib import Path

from sparring.errors import NoRoomError


def write(path: str | os.PathLike[str], content: bytes) -> None:
    """Write aside, flush to the disk, rename over the old file.

    Raises:
        NoRoomError: If the disk is full or the quota spent; the old file is whole.
        OSError: If the folder cannot be written.
    """
    path = Path(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoomError(f"no room for {path} ({len(content):,} bytes); free some disk space") from error
        raise
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
