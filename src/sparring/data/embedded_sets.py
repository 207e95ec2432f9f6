"""The pictures that come with the package: `fashion`, `digits` and `emoji`. tools/pack_embedded.py packed them."""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from PIL import Image

from sparring.data.decode import reason
from sparring.data.pictures import Pictures
from sparring.errors import DataError
from sparring.words import mark, tr

FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


class EmojiPairs(NamedTuple):
    """The same designs drawn in two styles, for measuring translation against the truth.

    Args:
        modern: (N, 32, 32, 3) uint8.
        flat: (N, 32, 32, 3) uint8, row by row the same drawings.
        names: (N,) file names.
        design: (N,) the design, shared by the skin tones of one drawing.
        role: (N,) "trainA", "trainB" or "test"; all of a design have the same role.
    """

    modern: np.ndarray
    flat: np.ndarray
    names: np.ndarray
    design: np.ndarray
    role: np.ndarray


def fashion() -> Pictures:
    """The first 10,000 training pictures of Fashion-MNIST: 28 x 28, grey, with labels."""
    labels = arrays("fashion.npz")["labels"]
    images = unsheet("fashion.webp", len(labels), 28, 28)[..., :1]
    source = tr("Fashion-MNIST, the first 10,000 training pictures (MIT, (c) 2017 Zalando SE)")
    found = {"source": source, "kind": "embedded"}
    return Pictures(np.ascontiguousarray(images), labels, FASHION_CLASSES, name="fashion", found=found)


def digits() -> Pictures:
    """1,797 handwritten digits, 8 x 8, in 17 levels of grey, with labels.

    Source: Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, the test set; UCI Machine Learning Repository.
    """
    labels = arrays("digits.npz")["labels"]
    images = unsheet("digits.webp", len(labels), 8, 8)[..., :1]
    source = "Optical Recognition of Handwritten Digits (CC BY 4.0, E. Alpaydin and C. Kaynak)"
    found = {"source": source, "kind": "embedded"}
    return Pictures(np.ascontiguousarray(images), labels, tuple("0123456789"), name="digits", found=found)


def emoji(style: str = "modern") -> Pictures:
    """3,131 emoji of Fluent Emoji: 32 x 32, RGB, over white.

    Args:
        style: "modern" or "flat".
    """
    images = unsheet(f"emoji-{style}.webp", len(arrays("emoji.npz")["names"]), 32, 32)
    source = tr("Fluent Emoji, {style} (MIT, (c) Microsoft Corporation)", style=style)
    found = {"source": source, "kind": "embedded"}
    return Pictures(images, name="emoji" if style == "modern" else f"emoji-{style}", found=found)


def emoji_domain(style: str) -> Pictures:
    """One domain for translation without pairs: designs of one style, and in the other style only other designs.

    Args:
        style: "modern" gives the designs of role "trainA" as ``emoji-modern-a``, "flat" those of role "trainB" as
            ``emoji-flat-b``. The designs of role "test" are in neither.
    """
    pairs = emoji_pairs()
    images, name, role = (
        (pairs.modern, "emoji-modern-a", "trainA") if style == "modern" else (pairs.flat, "emoji-flat-b", "trainB")
    )
    source = tr("Fluent Emoji, {style}, designs of {role} (MIT, (c) Microsoft Corporation)", style=style, role=role)
    found = {"source": source, "kind": "embedded"}
    return Pictures(np.ascontiguousarray(images[pairs.role == role]), name=name, found=found)


def emoji_paired(style: str) -> Pictures:
    """One side of the pairs to learn from: every design but those of role "test", in the same order in both styles.

    Args:
        style: "modern" or "flat".
    """
    pairs = emoji_pairs()
    images = np.ascontiguousarray((pairs.modern if style == "modern" else pairs.flat)[pairs.role != "test"])
    source = tr("Fluent Emoji, {style}, all but the test designs (MIT, (c) Microsoft Corporation)", style=style)
    return Pictures(images, name=f"emoji-{style}-pairs", found={"source": source, "kind": "embedded"})


def emoji_pairs() -> EmojiPairs:
    """Both styles, row by row the same drawings, with names, designs and the role of each in the benchmark."""
    notes = arrays("emoji.npz")
    n = len(notes["names"])
    modern, flat = (unsheet(f"emoji-{style}.webp", n, 32, 32) for style in ("modern", "flat"))
    return EmojiPairs(modern, flat, notes["names"], notes["design"], notes["role"])


def arrays(name: str) -> dict[str, np.ndarray]:
    """The arrays of an embedded npz."""
    with files("sparring.data.embedded").joinpath(name).open("rb") as file:
        with np.load(file, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}


def unsheet(name: str, count: int, height: int, width: int) -> np.ndarray:
    """Cut a lossless sheet into its pictures.

    Args:
        name: File name of the sheet.
        count: How many pictures it holds.
        height: Height of one in pixels.
        width: Width of one in pixels.

    Returns:
        (count, height, width, 3) uint8.

    Raises:
        DataError: If this installation's copy is damaged.
    """
    try:
        with (
            files("sparring.data.embedded").joinpath(name).open("rb") as file,
            Image.open(file, formats=["WEBP"]) as im,
        ):
            laid = np.asarray(im.convert("RGB"))
    except OSError as error:
        text = mark("The embedded pictures {name} cannot be read ({why}); reinstall sparring.")
        raise DataError(tr(text, name=name, why=reason(error))) from None
    rows, columns = laid.shape[0] // height, laid.shape[1] // width
    images = laid.reshape(rows, height, columns, width, 3).swapaxes(1, 2).reshape(-1, height, width, 3)[:count]
    return np.ascontiguousarray(images)
