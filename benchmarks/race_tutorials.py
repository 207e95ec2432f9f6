"""Training loops as the public tutorials write them: the other side of the race.

Eager, float32, NCHW, pictures opened with PIL item by item in `torch.utils.data.DataLoader` (no workers), cross-entropy on D's
sigmoid, Adam as it comes, `.item()` in the loop. torchvision's ToTensor and Normalize are written out here, so that nothing needs
it. What costs time is kept as it stands in the sources, for better or worse: the MLP's D update also differentiates through G,
DCGAN uses its fakes twice, CycleGAN's reference code shows D the fakes that G has just paid for.

A loop is a generator: each `next` is one step, one update of every player on one batch, and gives the numbers that it read.

Source: yunjey/pytorch-tutorial, generative_adversarial_network; pytorch/tutorials, dcgan_faces;
junyanz/pytorch-CycleGAN-and-pix2pix, models/cycle_gan_model.py; Huang et al. 2024 (R3GAN), Trainer.py: written anew after them.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim import Adam
from torch.utils.data import DataLoader, Dataset

Loop = Iterator[list[float]]


def to_tensor(picture: Image.Image) -> Tensor:
    """A PIL picture as (C, H, W) float32 in [0, 1], in the steps of torchvision's ToTensor."""
    array = np.array(picture, copy=True)
    planes = torch.from_numpy(array).view(picture.size[1], picture.size[0], len(picture.getbands()))
    return planes.permute(2, 0, 1).contiguous().to(torch.float32).div(255)


def normalised(x: Tensor) -> Tensor:
    """(C, H, W) in [0, 1] -> [-1, 1], in the steps of torchvision's Normalize(.5, .5)."""
    x = x.clone()
    mean = torch.as_tensor([0.5] * len(x), dtype=x.dtype).view(-1, 1, 1)
    std = torch.as_tensor([0.5] * len(x), dtype=x.dtype).view(-1, 1, 1)
    return x.sub_(mean).div_(std)


class ArrayItems(Dataset[tuple[Tensor, int]]):
    """(N, H, W) uint8 in memory, each item by way of a PIL picture, as torchvision's MNIST gives it."""

    def __init__(self, images: np.ndarray) -> None:
        self.data = torch.from_numpy(np.array(images, np.uint8))

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return normalised(to_tensor(Image.fromarray(self.data[i].numpy()))), 0


class FileItems(Dataset[tuple[Tensor, int]]):
    """The pictures of a folder, opened at each access, as torchvision's ImageFolder does. They have the size that is trained at."""

    def __init__(self, folder: Path) -> None:
        self.paths = sorted(folder.iterdir())

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        with self.paths[i].open("rb") as file:
            return normalised(to_tensor(Image.open(file).convert("RGB"))), 0


class UnpairedItems(Dataset[tuple[Tensor, Tensor]]):
    """A picture of one folder and a random one of another: resized to ``load``, cut to ``crop``, half of them mirrored."""

    def __init__(self, a: Path, b: Path, load: int, crop: int) -> None:
        self.a, self.b, self.load, self.crop = sorted(a.iterdir()), sorted(b.iterdir()), load, crop

    def __len__(self) -> int:
        return max(len(self.a), len(self.b))

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self._one(self.a[i % len(self.a)]), self._one(self.b[random.randint(0, len(self.b) - 1)])

    def _one(self, path: Path) -> Tensor:
        picture = Image.open(path).convert("RGB").resize((self.load, self.load), Image.Resampling.BICUBIC)
        left, top = random.randint(0, self.load - self.crop), random.randint(0, self.load - self.crop)
        picture = picture.crop((left, top, left + self.crop, top + self.crop))
        if random.random() < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return normalised(to_tensor(picture))


def batches(items: Dataset[tuple[Tensor, object]], size: int) -> Iterator[list[Tensor]]:
    """Whole batches without end."""
    loader = DataLoader(items, batch_size=size, shuffle=True, num_workers=0, drop_last=True)
    while True:
        yield from loader


def mlp_loop(G: nn.Module, D: nn.Module, items: Dataset[tuple[Tensor, object]], batch: int = 100) -> Loop:
    """The MLP tutorial. It reads its numbers every 200 steps only."""
    D, criterion = nn.Sequential(D, nn.Sigmoid()), nn.BCELoss()
    d_optimizer, g_optimizer = Adam(D.parameters(), lr=2e-4), Adam(G.parameters(), lr=2e-4)
    for i, (images, _) in enumerate(batches(items, batch)):
        images = images.reshape(batch, -1)
        real, fake = torch.ones(batch, 1), torch.zeros(batch, 1)
        real_score = D(images)
        fake_score = D(G(torch.randn(batch, 64)))
        d_loss = criterion(real_score, real) + criterion(fake_score, fake)
        d_optimizer.zero_grad()
        g_optimizer.zero_grad()
        d_loss.backward()
        d_optimizer.step()

        g_loss = criterion(D(G(torch.randn(batch, 64))), real)
        d_optimizer.zero_grad()
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()
        read = (i + 1) % 200 == 0
        yield [t.item() for t in (d_loss, g_loss, real_score.mean(), fake_score.mean())] if read else []


def dcgan_loop(G: nn.Module, D: nn.Module, items: Dataset[tuple[Tensor, object]], batch: int = 64) -> Loop:
    """The DCGAN tutorial: D pays for real and fake in two backward passes, and G uses the same fakes."""
    D, criterion = nn.Sequential(D, nn.Sigmoid()), nn.BCELoss()
    d_optimizer, g_optimizer = (Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (D, G))
    for real, _ in batches(items, batch):
        D.zero_grad()
        label = torch.full((batch,), 1.0)
        output = D(real).view(-1)
        real_loss = criterion(output, label)
        real_loss.backward()
        d_x = output.mean().item()
        fake = G(torch.randn(batch, 100, 1, 1))
        label.fill_(0.0)
        output = D(fake.detach()).view(-1)
        fake_loss = criterion(output, label)
        fake_loss.backward()
        d_g_z = output.mean().item()
        d_loss = real_loss + fake_loss
        d_optimizer.step()

        G.zero_grad()
        label.fill_(1.0)
        output = D(fake).view(-1)
        g_loss = criterion(output, label)
        g_loss.backward()
        g_optimizer.step()
        yield [d_loss.item(), g_loss.item(), d_x, d_g_z, output.mean().item()]


class Pool:
    """The reference code's pool of past fakes: a list, and Python's random numbers."""

    def __init__(self, size: int = 50) -> None:
        self.size, self.images = size, list[Tensor]()

    def query(self, images: Tensor) -> Tensor:
        """Some of the fakes, some older ones."""
        out = []
        for image in torch.split(images.detach(), 1):
            if len(self.images) < self.size:
                self.images.append(image)
            elif random.random() > 0.5:
                i = random.randint(0, self.size - 1)
                image, self.images[i] = self.images[i].clone(), image
            out.append(image)
        return torch.cat(out)


def cyclegan_loop(nets: tuple[nn.Module, ...], items: Dataset[tuple[Tensor, object]], batch: int = 1) -> Loop:
    """The reference code: LSGAN, cycle 10, identity .5 of it, pools of 50; G_ab, G_ba, D_a and D_b in ``nets``."""
    G_ab, G_ba, D_a, D_b = nets
    mse, l1, pool_a, pool_b = nn.MSELoss(), nn.L1Loss(), Pool(), Pool()
    g_optimizer, d_optimizer = (
        Adam(itertools.chain(*(net.parameters() for net in pair)), lr=2e-4, betas=(0.5, 0.999))
        for pair in (nets[:2], nets[2:])
    )

    def d_basic(D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        pred_real, pred_fake = D(real), D(fake.detach())
        loss: Tensor = mse(pred_real, torch.tensor(1.0).expand_as(pred_real))
        loss = (loss + mse(pred_fake, torch.tensor(0.0).expand_as(pred_fake))) * 0.5
        torch.autograd.backward(loss)
        return loss

    for a, b in batches(items, batch):
        fake_b, fake_a = G_ab(a), G_ba(b)
        rec_a, rec_b = G_ba(fake_b), G_ab(fake_a)
        for D in (D_a, D_b):
            D.requires_grad_(False)
        g_optimizer.zero_grad()
        identity = [l1(G_ab(b), b) * 5.0, l1(G_ba(a), a) * 5.0]
        said = D_b(fake_b), D_a(fake_a)
        fooled = [mse(pred, torch.tensor(1.0).expand_as(pred)) for pred in said]
        cycle = [l1(rec_a, a) * 10.0, l1(rec_b, b) * 10.0]
        sum([*identity, *fooled, *cycle], torch.zeros(())).backward()
        g_optimizer.step()
        for D in (D_a, D_b):
            D.requires_grad_(True)
        d_optimizer.zero_grad()
        judged = [d_basic(D_b, b, pool_b.query(fake_b)), d_basic(D_a, a, pool_a.query(fake_a))]
        d_optimizer.step()
        yield [t.item() for t in (*identity, *fooled, *cycle, *judged)]


def r3gan_loop(
    G: nn.Module,
    D: nn.Module,
    average: nn.Module,
    items: Dataset[tuple[Tensor, object]],
    batch: int,
    gamma: float,
    lr: float,
) -> Loop:
    """R3GAN, every pass by itself and the penalties by differentiating twice; one batch serves both players.

    Args:
        G: (N, 64) -> pictures.
        D: Pictures -> logits (N,).
        average: A copy of G that follows it, with the half-life of 10,000 images.
        items: Pictures.
        batch: Of both updates.
        gamma: Weight of R1 and of R2.
        lr: Of both Adams.
    """
    d_optimizer, g_optimizer = (Adam(net.parameters(), lr=lr, betas=(0.0, 0.9)) for net in (D, G))
    for real, _ in batches(items, batch):
        d_optimizer.zero_grad()
        real = real.detach().requires_grad_()
        fake = G(torch.randn(batch, 64)).detach().requires_grad_()
        real_logits, fake_logits = D(real), D(fake)
        slopes = [
            torch.autograd.grad(logits.sum(), x, create_graph=True)[0].square().sum((1, 2, 3))
            for logits, x in ((real_logits, real), (fake_logits, fake))
        ]
        d_loss = (softplus(fake_logits - real_logits) + gamma / 2 * sum(slopes, torch.zeros(()))).mean()
        torch.autograd.backward(d_loss)
        d_optimizer.step()

        g_optimizer.zero_grad()
        D.requires_grad_(False)
        g_loss = softplus(D(real.detach()) - D(G(torch.randn(batch, 64)))).mean()
        torch.autograd.backward(g_loss)
        g_optimizer.step()
        D.requires_grad_(True)
        with torch.no_grad():
            for old, new in zip(average.parameters(), G.parameters(), strict=True):
                old.copy_(new.lerp(old, 0.5 ** (batch / 1e4)))
        yield [d_loss.item(), g_loss.item(), *(slope.mean().item() for slope in slopes)]
