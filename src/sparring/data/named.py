"""The sets that have a name: embedded ones, and MNIST and Fashion-MNIST in full."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sparring.data.cache import cache_folder
from sparring.data.download import Progress, content_matches, download
from sparring.data.embedded_sets import FASHION_CLASSES, digits, emoji, emoji_domain, emoji_paired, fashion
from sparring.data.idx import read_idx
from sparring.data.pictures import Pictures

EMBEDDED: dict[str, Callable[[], Pictures]] = {
    "fashion": fashion,
    "digits": digits,
    "emoji": emoji,
    "emoji-modern": emoji,
    "emoji-flat": lambda: emoji("flat"),
    "emoji-modern-a": lambda: emoji_domain("modern"),
    "emoji-flat-b": lambda: emoji_domain("flat"),
    "emoji-modern-pairs": lambda: emoji_paired("modern"),
    "emoji-flat-pairs": lambda: emoji_paired("flat"),
}


class Remote(NamedTuple):
    """A set that is too big to embed.

    Args:
        home: Where its files lie.
        debian: Where Debian's package puts the same files.
        classes: Names of the classes.
        sha256: Of the content of each file, unpacked.
    """

    home: str
    debian: Path
    classes: tuple[str, ...]
    sha256: dict[str, str]


IMAGES, LABELS = "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"
PARTS = {"": ("train", 60_000), "-test": ("t10k", 10_000)}
REMOTE = {
    "mnist": Remote(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        Path("/usr/share/datasets/mnist"),
        tuple("0123456789"),
        {
            "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ),
    "fashion-mnist": Remote(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        Path("/usr/share/datasets/fashion-mnist"),
        FASHION_CLASSES,
        {
            "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
    ),
}
NAMES = (*EMBEDDED, *(name + part for name in REMOTE for part in PARTS))


def open_named(name: str, cache: Path | None = None, progress: Progress | None = None) -> Pictures:
    """Open one of `NAMES`.

    Args:
        name: "fashion", "emoji", ..., "mnist-test".
        cache: Where downloads are kept.
        progress: Called with (what, done, in all) while something is downloaded.

    Raises:
        DataError: If it is not here and cannot be downloaded.
    """
    if name in EMBEDDED:
        return EMBEDDED[name]()
    short = name.removesuffix("-test")
    return open_remote(name, REMOTE[short], cache, progress)


def open_remote(name: str, remote: Remote, cache: Path | None = None, progress: Progress | None = None) -> Pictures:
    """Find or download the two files of a set and read them.

    Args:
        name: Its name; the ending "-test" asks for the test pictures.
        remote: Where it is and what it must hold.
        cache: Where downloads are kept.
        progress: Called with (what, done, in all).
    """
    part, count = PARTS["-test" if name.endswith("-test") else ""]
    folder = cache_folder(cache) / name.removesuffix("-test")
    paths = [
        obtain(f"{part}-{kind}", remote, folder, most, progress)
        for kind, most in ((IMAGES, 16 + count * 784), (LABELS, 8 + count))
    ]
    images, labels = (read_idx(path) for path in paths)
    found = {"source": str(paths[0]), "kind": "named", "home": remote.home}
    return Pictures(images[..., None], labels, remote.classes, name=name, found=found)


def obtain(file: str, remote: Remote, folder: Path, most: int, progress: Progress | None) -> Path:
    """The path of one file with the right content: Debian's, the cache's, or downloaded now."""
    for path in (remote.debian / file, folder / file):
        if content_matches(path, remote.sha256[file], most):
            return path
    return download(remote.home + file, folder / file, remote.sha256[file], most, progress)
