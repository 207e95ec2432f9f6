"""torch's own random streams and threads: a library call leaves its caller's as they were."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def callers_stream_kept() -> Iterator[None]:
    """Within this context torch's own random streams may be moved; afterwards they are as they were."""
    before = torch.get_rng_state()
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    streams = getattr(torch, accelerator.type) if accelerator else None
    others = streams.get_rng_state() if streams else None
    try:
        yield
    finally:
        torch.set_rng_state(before)
        if streams and others is not None:
            streams.set_rng_state(others)


@contextmanager
def callers_torch_kept() -> Iterator[None]:
    """Afterwards the random streams and the number of threads are the caller's."""
    threads = torch.get_num_threads()
    try:
        with callers_stream_kept():
            yield
    finally:
        torch.set_num_threads(threads)


def reseed(seed: int) -> None:
    """What `torch.manual_seed` does, a hundred times faster."""
    torch.default_generator.manual_seed(seed)
    if torch.accelerator.is_available() and (accelerator := torch.accelerator.current_accelerator()):
        getattr(torch, accelerator.type).manual_seed(seed)
