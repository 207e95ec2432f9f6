"""Where a run happened: versions and the machine, for ``environment.json``."""

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "numpy", "pillow", "safetensors", "matplotlib")


def environment() -> dict[str, Any]:
    """Versions, the machine and the git commit of the working directory. Does not import torch."""
    torch = sys.modules.get("torch")
    return {
        "sparring": _version("sparring"),
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads() if torch else None,
        "accelerator": torch.cuda.get_device_name() if torch and torch.cuda.is_available() else None,
        "commit": _commit(),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def cpu() -> str:
    """The processor's name, as well as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _commit() -> str | None:
    """The commit, with ``+changes`` when files differ from it; None outside a repository or without git."""
    head = _git("rev-parse", "HEAD")
    if not head:
        return None
    return f"{head} +changes" if _git("status", "--porcelain", "--untracked-files=no") else head


def _git(*words: str) -> str:
    try:
        words = ("git", *words)
        done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace", timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
