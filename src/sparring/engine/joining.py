"""How the processes of a run find each other, and part: what torchrun, srun or our own launcher say in the environment."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from sparring.engine.distributed import ALONE, FOR_EVER, World
from sparring.engine.pulse import LOST, Pulse
from sparring.errors import CommandError
from sparring.words import mark, tr


def asked() -> bool:
    """Whether this process was started as one of several: RANK and WORLD_SIZE say so."""
    return os.environ.get("WORLD_SIZE", "1") != "1" and "RANK" in os.environ


@contextmanager
def joined(timeout: float = 120.0, ended: Callable[[str], None] = print) -> Iterator[World]:
    """The processes that RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT speak of, for as long as this context lasts.

    Args:
        timeout: Seconds of silence after which a process is lost, and in which all must have come.
        ended: Is told why this process ends, where it ends because another is gone.

    Raises:
        CommandError: If the variables make no sense, or not all processes come in time.
    """
    if not asked():
        yield ALONE
        return
    rank, size, local = _numbers()
    store = _met(rank, size, timeout)
    kinds = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    hosts = _hosts(store, rank, size, timeout)
    pulse = Pulse(store.clone(), rank, hosts, timeout, ended)
    try:
        pulse.start()
        dist.init_process_group(kinds, store=PrefixStore("run", store), rank=rank, world_size=size, timeout=FOR_EVER)
        yield World(rank, size, local, hosts, pulse)
        pulse.rest(lambda: _quiet(lambda: dist.barrier()))
    except BaseException as e:
        pulse.leave(e)
        raise
    finally:
        if dist.is_initialized():
            _quiet(dist.destroy_process_group)


def _numbers() -> tuple[int, int, int]:
    """Rank, number of processes, and number on this machine."""
    wanted = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_PORT")
    found = {name: os.environ.get(name, "0" if name == "LOCAL_RANK" else "") for name in wanted}
    for name, value in found.items():
        if not value.isdecimal():
            text = mark("{name} is {value!r}; torchrun and srun set it to a whole number, see the page on processes")
            raise CommandError(tr(text, name=name, value=value))
    if not os.environ.get("MASTER_ADDR"):
        raise CommandError(tr("MASTER_ADDR is not set; it is the address of the machine of process 0"))
    rank, size, local, _ = (int(value) for value in found.values())
    if rank >= size:
        raise CommandError(
            tr("RANK is {rank}; of {size} processes it is 0 to {last}", rank=rank, size=size, last=size - 1)
        )
    return rank, size, local


def _met(rank: int, size: int, timeout: float) -> Any:
    """The store through which processes find each other; that of torchrun, if it has one."""
    wait = timedelta(seconds=timeout)
    try:
        if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True":
            store, _, _ = next(iter(rendezvous("env://", timeout=wait)))
        else:  # that of torch waits for all to come and says not who has not
            address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
            store = TCPStore(address, port, None, rank == 0, wait, wait_for_workers=False)
    except (RuntimeError, ValueError) as e:
        raise CommandError(_not_met(rank)) from e
    return store


def _not_met(rank: int) -> str:
    where = f"{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}"
    if rank == 0:
        return tr(
            "process 0 cannot listen on {where}: MASTER_ADDR must be this machine, MASTER_PORT a free port", where=where
        )
    return tr(
        "process {rank} finds no process 0 at {where}: is MASTER_PORT the same everywhere, and may machines reach each other?",
        rank=rank,
        where=where,
    )


def _hosts(store: Any, rank: int, size: int, timeout: float) -> list[str]:
    """Names of all machines, once all processes have come."""
    store.set(f"host/{rank}", socket.gethostname())
    names: list[str] = []
    for other in range(size):
        try:
            store.wait([f"host/{other}"], timedelta(seconds=timeout))
        except RuntimeError as e:
            text = mark("process {other} of {size} has not come within {seconds:g} seconds; process {rank} gives up")
            why = tr(text, other=other, size=size, seconds=timeout, rank=rank)
            _quiet(lambda why=why: store.set(LOST, why))  # type: ignore[misc]
            raise CommandError(why) from e
        names.append(store.get(f"host/{other}").decode(errors="replace"))
    return names


def _quiet(do: Callable[[], object]) -> None:
    """Something at the end, when others may have gone already."""
    try:
        do()
    except (RuntimeError, ValueError):
        return
