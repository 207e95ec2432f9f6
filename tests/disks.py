"""Small file systems."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest


@contextmanager
def mounted(place, megabytes):
    """A file system in memory in a new folder; a test that needs one is skipped where that is not allowed."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "sparring-test", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here: that takes root")
    yield place
    subprocess.run(["umount", str(place)], check=True)
