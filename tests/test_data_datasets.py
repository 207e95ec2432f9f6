"""Datasets and DataLoaders of torch as data, and what is none."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset

from sparring.data.open import open_pictures
from sparring.errors import DataError

X = torch.rand(20, 3, 6, 5, generator=torch.Generator().manual_seed(0))
Y = torch.arange(20) % 3


class Items(Dataset):
    """A map-style dataset of whatever it is given."""

    def __init__(self, *items, classes=None):
        self.items = items
        if classes:
            self.classes = classes

    def __len__(self):
        return len(self.items)

    def __getitem__(self, number):
        return self.items[number]


class Stream(IterableDataset):
    def __iter__(self):
        return iter(X)


def test_tensors_with_labels():
    pictures = open_pictures(TensorDataset(X, Y))
    assert tuple(pictures.spec) == (3, 6, 5, 3, 20, 32, 0.0, 1.0) and pictures.name == "TensorDataset"
    assert torch.allclose(pictures.batch(torch.arange(20))[0], 2 * X - 1, atol=1e-6)
    assert pictures.labels.tolist() == Y.tolist() and pictures.class_names == ("0", "1", "2")
    assert pictures.found["notes"] == ["TensorDataset: values from 0 to 1 are taken as black to white"]


def test_signed_floats_and_bytes():
    signed = open_pictures(TensorDataset(2 * X - 1))
    assert (signed.spec.low, signed.spec.high, signed.labels) == (-1.0, 1.0, None)
    assert torch.allclose(signed.batch(torch.arange(20))[0], 2 * X - 1, atol=1e-6)
    octets = (X * 255).to(torch.uint8)
    pictures = open_pictures(TensorDataset(octets))
    assert pictures.spec.bits == 8 and pictures.found["notes"] == []
    assert np.array_equal(pictures.images, octets.permute(0, 2, 3, 1).numpy())


def test_a_loader_is_its_dataset_in_order():
    loader = DataLoader(TensorDataset(X, Y), batch_size=7, shuffle=True, drop_last=True)
    assert open_pictures(loader).digest() == open_pictures(TensorDataset(X, Y)).digest()
    half = open_pictures(Subset(TensorDataset(X, Y), range(0, 20, 2)))
    assert len(half) == 10 and half.labels.tolist() == Y[::2].tolist()


def test_a_square_of_three_channels_is_channels_first():
    """A tensor's first axis is the channels even where its shape does not say so."""
    x = torch.arange(27.0).reshape(1, 3, 3, 3) / 27
    assert np.array_equal(open_pictures(TensorDataset(x)).images[0, ..., 0], x[0, 0].numpy())


def test_pillow_pictures_and_names_of_classes():
    images = [Image.fromarray(np.full((8, 8, 3), i, np.uint8)) for i in range(4)]
    data = Items(*((image, i % 2 + 1) for i, image in enumerate(images)), classes=["ant", "bee", "cow"])
    pictures = open_pictures(data)
    assert pictures.class_names == ("bee", "cow") and pictures.images[:, 0, 0, 0].tolist() == [0, 1, 2, 3]


def test_different_sizes_need_a_size():
    data = Items(torch.zeros(1, 8, 8, dtype=torch.uint8), torch.full((1, 12, 6), 9, dtype=torch.uint8))
    with pytest.raises(DataError, match=r"Item 1 of Items is 12 x 6 x 1, the first 8 x 8 x 1 .*give a size"):
        open_pictures(data)
    pictures = open_pictures(data, 8)
    assert pictures.spec[:3] == (1, 8, 8) and (pictures.images[1] == 9).all()
    assert pictures.found["notes"] == ["1 image was centre-cropped and resized to 8x8"]
    numbers = Items(torch.full((1, 16, 16), 200, dtype=torch.int64))
    assert open_pictures(numbers, 8).images.dtype == np.uint8 and (open_pictures(numbers, 8).images == 200).all()


class Broken(Items):
    def __getitem__(self, number):
        raise KeyError("nothing here")


class Endless(Items):
    __len__ = None


@pytest.mark.parametrize(
    "source,words",
    [
        (Stream(), "Stream can only be iterated, but training reads pictures by number; collect"),
        (DataLoader(Stream()), "Stream can only be iterated"),
        (Items(), "Items has no items"),
        (Endless(X[0]), "Endless does not say how many items"),
        (Broken(X[0]), "Item 0 of Broken cannot be read: KeyError: 'nothing here'"),
        (Items("a.png"), "Item 0 of Items is of type str; a picture is a tensor"),
        (Items(X[0][0][0]), r"Item 0 of Items has shape \(5,\)"),
        (Items((X[0], 1), X[1]), "1 of 2 items of Items have a label"),
        (Items(X[0], X[0].double()), "Item 1 of Items holds float64, the first float32"),
        (Items((X[0], [1, 2]), (X[1], [0, 1])), "labels have shape"),
        (Items((X[0], [1]), (X[1], [0, 1])), "labels of Items are not of one kind"),
        (
            "<DataLoader in memory>",
            r"The pictures were a DataLoader in memory, which is not kept with a run; pass .* data=",
        ),
        ([X[0]], r"data of type list cannot be read as pictures; give a path"),
        (12, "data of type int cannot be read"),
        (torch.nn.Identity(), "data of type torch.nn.modules.linear.Identity cannot be read"),
    ],
)
def test_what_cannot_be_read(source, words):
    with pytest.raises(DataError, match=words):
        open_pictures(source)
