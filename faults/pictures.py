"""Hostile pictures: in a folder or a zip among good ones, or alone."""

import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from faults.lab import Case, Command
from faults.pieces import SIDE, check, chunk, damaged, encoded, good_folder, pixels, png, train, translate
from faults.tiffs import TIFFS

Made = tuple[str, bytes]
"""A name's ending and the bytes of the file."""

FORMS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "ICO", "JPEG2000", "DDS", "PCX", "SGI", "AVIF")
SUFFIX = {"JPEG": "jpg", "JPEG2000": "jp2", "TIFF": "tif"}
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16")


def of_form(rng: random.Random) -> Made:
    """A good picture in any format and mode that Pillow writes."""
    for _ in range(20):
        form, mode = rng.choice(FORMS), rng.choice(MODES)
        try:
            image = Image.fromarray(pixels(rng, rng.choice((1, SIDE, 17)), rng.choice((1, SIDE, 33)))).convert(mode)
            return SUFFIX.get(form, form.lower()), encoded(image, form)
        except (OSError, ValueError, KeyError):
            continue
    return "png", encoded(Image.fromarray(pixels(rng)))


def broken(rng: random.Random) -> Made:
    suffix, data = of_form(rng)
    return suffix, damaged(data, rng)


def wrong_magic(rng: random.Random) -> Made:
    _, data = of_form(rng)
    return rng.choice(("png", "jpg", "gif", "tif", "webp", "bmp")), rng.choice((data, rng.randbytes(8) + data[8:]))


def huge_header(rng: random.Random) -> Made:
    side = rng.choice((30_000, 65_535, 2**31 - 1, 2**32 - 1, 0, 1))
    other = rng.choice((side, 1, 30_000))
    colour, depth = rng.choice(((0, 8), (2, 8), (2, 16), (3, 1), (6, 8), (0, 1), (5, 8), (2, 3)))
    return "png", png(side, other, depth, colour, bytes(rng.choice((0, 100, 1 << 20))))


def huge_other(rng: random.Random) -> Made:
    w, h = rng.choice(((30_000, 30_000), (2**31 - 1, 2), (65_535, 65_535), (0, 9)))
    bmp = b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, w, -h, 1, 24, 0, 0, 1, 1, 0, 0)
    ppm = f"P6\n{w} {h}\n{rng.choice((255, 65535, 0, 10**9))}\n".encode()
    gif = b"GIF89a" + struct.pack("<HHBBB", min(w, 65535), min(h, 65535), 0xF7, 0, 0) + bytes(768) + b",\0\0\0\0"
    tga = bytes([0, 0, rng.choice((2, 10)), *bytes(9)]) + struct.pack("<HHBB", min(w, 65535), min(h, 65535), 24, 0)
    pam = f"P7\nWIDTH {w}\nHEIGHT {h}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".encode()
    pfm = f"PF\n{w} {h}\n-1.0\n".encode()
    made = {"bmp": bmp, "ppm": ppm, "gif": gif, "tga": tga, "pam": pam, "pfm": pfm}
    suffix = rng.choice(sorted(made))
    return suffix, made[suffix] + bytes(rng.choice((0, 50, 5000)))


def bomb(rng: random.Random) -> Made:
    """Few bytes that become many: rows, text or a colour profile."""
    side = rng.choice((5_000, 8_000, 9_000))
    if rng.random() < 0.4:
        colour, size = rng.choice(((0, 1), (2, 3), (6, 4)))
        return "png", png(side, side, 8, colour, bytes((side * size + 1) * side))
    name = rng.choice((b"zTXt", b"iCCP", b"iTXt"))
    packed = zlib.compress(bytes(60 << 20))
    head = b"x\0\0" if name != b"iTXt" else b"x\0\1\0\0\0"
    return "png", png(SIDE, SIDE, 8, 0, bytes((SIDE + 1) * SIDE), chunk(name, head + packed) * rng.choice((1, 4)))


def deep(rng: random.Random) -> Made:
    """16 bits a sample, with or without alpha."""
    colour, samples = rng.choice(((0, 1), (2, 3), (4, 2), (6, 4)))
    return "png", png(SIDE, SIDE, 16, colour, b"".join(b"\0" + rng.randbytes(SIDE * samples * 2) for _ in range(SIDE)))


def palette(rng: random.Random) -> Made:
    """A palette with alpha, too short or none at all."""
    extra = chunk(b"PLTE", rng.randbytes(3 * rng.choice((1, 4, 256, 300)))) if rng.random() < 0.8 else b""
    extra += chunk(b"tRNS", rng.randbytes(rng.choice((1, 200, 400)))) if rng.random() < 0.7 else b""
    return "png", png(SIDE, SIDE, 8, 3, b"".join(b"\0" + rng.randbytes(SIDE) for _ in range(SIDE)), extra)


def exif(rng: random.Random) -> Made:
    """Orientations there are not, loops, and nonsense where EXIF data should be."""
    image, facts = Image.fromarray(pixels(rng, 9, 5)), Image.Exif()
    if rng.random() < 0.5:
        facts[0x0112] = rng.choice((0, 3, 6, 8, 9, 99, 65535, "left", -1.5))
        try:
            blob = facts.tobytes()
        except (ValueError, TypeError, struct.error):
            blob = b"Exif\0\0II*\0\xff\xff\xff\xff"
    else:
        head = b"Exif\0\0" + rng.choice((b"II*\0", b"MM\0*", b"XX*\0"))
        blob = (
            head + struct.pack("<I", rng.choice((8, 0, 4, 2**32 - 1))) + struct.pack("<H", 65535) + rng.randbytes(500)
        )
    form = rng.choice(("JPEG", "PNG", "WEBP"))
    return SUFFIX.get(form, form.lower()), encoded(image, form, exif=blob)


def frames(rng: random.Random) -> Made:
    """Many frames, of unlike sizes where that is possible."""
    n = rng.choice((2, 3, 40))
    images = [Image.fromarray(pixels(rng)) for _ in range(n)]
    form = rng.choice(("GIF", "PNG", "WEBP", "TIFF"))
    return SUFFIX.get(form, form.lower()), encoded(images[0], form, save_all=True, append_images=images[1:])


def garbage_after(rng: random.Random) -> Made:
    suffix, data = of_form(rng)
    return suffix, data + rng.choice((rng.randbytes(99), data, bytes(1 << 16), b"PK\3\4" + rng.randbytes(40)))


def long_or_thin(rng: random.Random) -> Made:
    h, w = rng.choice(((1, 60_000), (60_000, 1), (1, 1), (3, 9000)))
    return "png", encoded(Image.fromarray(np.zeros((h, w), np.uint8)))


def no_picture(rng: random.Random) -> Made:
    """Not a picture, whatever its name says."""
    data = rng.choice(
        (b"", b"\0", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", bytes(5000), rng.randbytes(3000), b"<svg/>" * 9,
         b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", b"[" * 100_000, b"II*\0\x08\0\0\0", b"RIFF\0\0\0\0WEBP")
    )  # fmt: skip
    return rng.choice(("png", "jpg", "gif", "tif", "webp", "eps", "svg", "heic", "avif", "jxl", "fli", "psd")), data


PICTURES: tuple[Callable[[random.Random], Made], ...] = (
    of_form, broken, broken, broken, wrong_magic, huge_header, huge_other, bomb, deep, palette, exif, frames, garbage_after,
    long_or_thin, no_picture, *TIFFS, *TIFFS,
)  # fmt: skip

LARGE = {"bomb": 64, "tiff_bomb": 25}
"""Megapixels that a maker may make."""
NAMES = (
    "odd", "a\nb", "\x1b[31mred\x1b[0m", "\U0001f600\U0001f468\u200d\U0001f469", "\u202egnp.exe", "-rf", "--out", " ", "~",
    "%s{}$(x)",
    "'\"`", "x" * 240, "\udcff\udcfe", "CON", "a:b", "\u0000"[:0] + "nul\x07bell", "\u1112\u1161\u11ab", "日本", "..odd", "a\tb\rc",
)  # fmt: skip


def make(rng: random.Random, folder: Path, templates: Path) -> Case:
    """One hostile picture, where a person would have it, and what a person would do with it."""
    maker = rng.choice(PICTURES)
    suffix, data = maker(rng)
    name = rng.choice(NAMES) if rng.random() < 0.3 else "odd"
    file = f"{name}.{suffix.upper() if rng.random() < 0.1 else suffix}"
    place = rng.choice(("member", "member", "zip", "alone", "only", "many"))
    if place == "zip":
        with zipfile.ZipFile(folder / "data.zip", "w") as archive:
            for path in sorted(good_folder(folder / "aside", rng).iterdir()):
                archive.write(path, f"a/{path.name}")
            archive.writestr(f"a/{file.encode(errors='replace').decode()}", data)
        source = "data.zip"
    elif place == "alone":
        (folder / os.fsencode(file).decode(errors="surrogateescape")).write_bytes(data)
        source = file
    else:
        good_folder(folder / "data", rng, {"member": 8, "only": 0, "many": 150}[place])
        for i in range(1 if place != "only" else rng.choice((1, 6))):
            (folder / "data" / (f"{i}{file}" if i else file)).write_bytes(data)
        source = "data"
    return Case(
        f"{maker.__name__} as {place} {file[:60]!r}",
        commands(rng, source, place, templates, LARGE.get(maker.__name__, 0)),
    )


def commands(rng: random.Random, source: str, place: str, templates: Path, large: int) -> list[Command]:
    """``data check`` always; training or translating, or both.

    ``large`` says how many megapixels there are, if they are many: 64 are not translated, which takes more than a minute.
    """
    wanted = [check(source) if not source.startswith("-") else check(f"./{source}")]
    safe = source if not source.startswith("-") else f"./{source}"
    kind = rng.random()
    if kind < 0.65:
        # without a size the networks would be for 25 megapixels: that much memory was asked for
        wanted.append(train(safe, *(("--size", str(SIDE)) if rng.random() < 0.5 or large else ())))
    if (kind > 0.5 or place == "alone") and place != "zip" and large < 64:
        wanted.append(translate(templates / "cyclegan_small", safe))
    return wanted
