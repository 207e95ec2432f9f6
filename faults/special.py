"""What is no file: pipes, devices, sockets, loops of links, folders where files belong, names too long."""

import os
import random
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from faults.lab import Case, Command
from faults.pieces import GAN, check, good, good_folder, train, translate

SUFFIXES = ("", ".png", ".npy", ".npz", ".zip", ".gz", ".jpg", ".tif")
DEVICES = ("/dev/zero", "/dev/null", "/dev/full", "/dev/random", "/dev/stdin")


def pipe(path: Path, rng: random.Random) -> None:
    os.mkfifo(path)


def device(path: Path, rng: random.Random) -> None:
    path.symlink_to(rng.choice(DEVICES))


def node(path: Path, rng: random.Random) -> None:
    """A device of its own, where that is allowed: /dev/zero."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except OSError:
        path.symlink_to("/dev/zero")


def sock(path: Path, rng: random.Random) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def loop(path: Path, rng: random.Random) -> None:
    path.symlink_to(path.name)


def dangling(path: Path, rng: random.Random) -> None:
    path.symlink_to("nowhere")


def folder_instead(path: Path, rng: random.Random) -> None:
    path.mkdir()
    if rng.random() < 0.5:
        (path / path.name).mkdir()


def proc(path: Path, rng: random.Random) -> None:
    """Files of the kernel that say 0 bytes and hold some, or hang."""
    path.symlink_to(
        rng.choice(
            ("/proc/self/mem", "/proc/self/maps", "/proc/self/fd/0", "/proc/kmsg", "/proc/self/pagemap", "/sys/kernel")
        )
    )


def unreadable(path: Path, rng: random.Random) -> None:
    """No permission; root reads it all the same."""
    path.write_bytes(good(rng))
    path.chmod(0)


def up(path: Path, rng: random.Random) -> None:
    """A link to the folder above."""
    path.symlink_to(".." if rng.random() < 0.5 else ".")


def deep(path: Path, rng: random.Random) -> None:
    """Folders within folders, as deep as names may be."""
    path.mkdir()
    here = os.getcwd()
    try:
        os.chdir(path)
        for _ in range(rng.choice((100, 1500))):
            os.mkdir("d")
            os.chdir("d")
        with suppress(OSError):
            Path("x.png").write_bytes(good(rng))
    finally:
        os.chdir(here)


def growing(path: Path, rng: random.Random) -> None:
    """A sparse file of a terabyte."""
    with open(path, "wb") as file:
        file.write(rng.choice((b"\x89PNG\r\n\x1a\n", b"PK\3\4", b"\0\0\x08\3", b"GIF89a", b"")))
        file.truncate(1 << 40)


MAKERS: tuple[Callable[[Path, random.Random], None], ...] = (
    pipe, pipe, device, node, sock, loop, dangling, folder_instead, proc, unreadable, up, deep, growing,
)  # fmt: skip
WORDS = (
    "", " ", ".", "/dev/zero", "/dev/stdin", "/proc/self", "/proc/self/fd", "~nobodyxyz/x", "~", "a" * 300,
    "a" * 5000, "x/" * 2000,
    "no\x00where"[:2], "\udcff", "-", "http://127.0.0.1:9/x", "file:///etc", "*", "in\nside", "fashion/", "digits ", "CON",
    "\\\\x\\y",
)  # fmt: skip


def make(rng: random.Random, folder: Path, templates: Path) -> Case:
    """Something that is no file: as the data, within the data, as a config, as an output; or only a strange word."""
    place = rng.choice(("data", "data", "member", "member", "config", "out", "word"))
    if place == "word":
        word = rng.choice(WORDS)
        commands = [Command(("data", "check", f"./{word}" if word.startswith("-") else word), {0, 2, 3})]
        if rng.random() < 0.5:
            commands.append(train(word, "--size", "8", allowed={0, 2, 3}))
        return Case(f"word {word[:40]!r}", commands)
    maker, name = rng.choice(MAKERS), f"odd{rng.choice(SUFFIXES)}"
    if place == "out" and maker is up:  # a folder as good as any
        maker = loop
    what = f"{maker.__name__} as {place} {name}"
    if place == "member":
        good_folder(folder / "data", rng)
        maker(folder / "data" / name, rng)
        commands = [
            check("data"),
            train("data", "--size", "8", allowed={0, 2, 3}),
            translate(templates / "cyclegan_small", "data"),
        ]
        return Case(what, commands[: rng.choice((1, 2, 3))])
    good_folder(folder / "data", rng)
    maker(folder / name, rng)
    if place == "config":
        words = ("train", "gan", "--data", "data", "--config", name, *GAN, "--run.steps", "2")
        return Case(what, [Command(words, {2, 3, 4})])
    if place == "out":
        return Case(what, [train("data", "--run.out", name, allowed={0, 2, 3, 4})])
    commands = [check(name, allowed={0, 2, 3, 4}), train(name, "--size", "8", allowed={0, 2, 3, 4})]
    if rng.random() < 0.4:
        commands.append(translate(templates / "cyclegan_small", name, allowed={0, 2, 3, 4}))
    return Case(what, commands)
