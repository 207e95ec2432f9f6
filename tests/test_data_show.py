"""Pictures in a notebook."""

import base64
import io
import re

import numpy as np
from PIL import Image

from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures


def test_a_sheet_of_tiny_pictures_is_magnified_without_blur():
    digits = open_pictures("digits")
    assert repr(digits) == "<Pictures 'digits': 1,797 of 8 x 8 x 1, 8 bits, 10 classes>"
    sheet = np.asarray(Image.open(io.BytesIO(digits._repr_png_())))
    scale = (560 // 8 - 2) // 8
    assert sheet.shape == (2 + 4 * (8 * scale + 2), 2 + 8 * (8 * scale + 2), 3) and scale == 8
    first = sheet[2 : 2 + 8 * scale, 2 : 2 + 8 * scale]
    assert np.array_equal(first, digits.images[0].repeat(scale, 0).repeat(scale, 1).repeat(3, -1))
    assert (sheet[:2] == 255).all()


def test_html_carries_the_png_and_escapes_the_name():
    pictures = Pictures(np.full((3, 200, 300, 5), 0.5, np.float32), name="<b>&")
    text = pictures._repr_html_()
    assert "&lt;b&gt;&amp;" in text and "<b>" not in text
    found = Image.open(io.BytesIO(base64.b64decode(re.search('base64,([^"]+)', text)[1])))
    assert found.size == (2 + 3 * (68 + 2), 2 + 45 + 2)
    assert np.asarray(found)[20, 20].tolist() == [128] * 3
    train, _ = pictures.split(1)
    assert repr(train) == "<Pictures '<b>&': 2 of 200 x 300 x 5, 32 bits>"
