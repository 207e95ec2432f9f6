"""CycleGAN of Zhu et al. 2017, written out: no trainer, no recipe, no run folder.

    for number of training iterations:
        translate x to y' and y to x', and back to x'' and y''; let both translators descend the gradient of
            (D_y(y') - 1)^2 + (D_x(x') - 1)^2 + 10 (|x'' - x| + |y'' - y|) + 5 (|G_xy(y) - y| + |G_yx(x) - x|)
        mix in past fakes from a pool, and let both discriminators descend the gradient of
            ((D_y(y) - 1)^2 + D_y(y')^2) / 2 + ((D_x(x) - 1)^2 + D_x(x')^2) / 2

The pictures are emoji in two styles, drawn apart: no design comes in both. After any number of steps the networks are, bit
for bit, those of `sparring train cyclegan` with `SETTINGS` on a CPU in float32: a test compares them.

Run: python examples/unrolled_cyclegan.py [steps]
"""

import hashlib
import sys

import torch
from PIL import Image
from torch.nn.functional import l1_loss
from torch.optim import Adam

from sparring.data.embedded_sets import emoji_pairs
from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.games import Noise, noise_of
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.translate import ResNetTranslator

SEED, BATCH, POOL = 0, 4, 50
SETTINGS = {
    "features": 16,
    "blocks": 3,
    "d_features": 32,
    "d_layers": 1,
    "batch_size": BATCH,
    "load": 0,
    "crop": 0,
    "flip": False,
}


def domains() -> tuple[Pictures, Pictures]:
    """Modern emoji of some designs, flat emoji of others."""
    pairs = emoji_pairs()
    return Pictures(pairs.modern[pairs.role == "trainA"]), Pictures(pairs.flat[pairs.role == "trainB"])


def main(steps: int) -> tuple[ResNetTranslator, ResNetTranslator, PatchDiscriminator, PatchDiscriminator]:
    """Train all four networks for a number of iterations and return G_xy, G_yx, D_x, D_y."""
    x_pictures, y_pictures = domains()
    torch.manual_seed(SEED)
    G_xy, G_yx = ResNetTranslator(3, 3, 16, 3), ResNetTranslator(3, 3, 16, 3)  # picture -> picture in (-1, 1)
    D_x, D_y = PatchDiscriminator(3, 32, 1), PatchDiscriminator(3, 32, 1)  # picture -> a map, a logit for each patch
    g_optimizer = Adam([*G_xy.parameters(), *G_yx.parameters()], lr=2e-4, betas=(0.5, 0.999), fused=True)
    d_optimizer = Adam([*D_x.parameters(), *D_y.parameters()], lr=2e-4, betas=(0.5, 0.999), fused=True)
    drawn = 0

    def next_pictures() -> tuple[torch.Tensor, torch.Tensor]:
        """A few pictures of both domains; each domain has an order of its own."""
        nonlocal drawn
        found = []
        for domain, pictures in (("x", x_pictures), ("y", y_pictures)):
            seed = int.from_bytes(hashlib.sha256(f"{SEED}/{domain}".encode()).digest()[:8], "big") >> 1
            found.append(pictures.batch(indices(seed, drawn, BATCH, len(pictures)))[0])
        drawn += BATCH
        return found[0], found[1]

    pools: dict[str, list[torch.Tensor]] = {"x": [], "y": []}

    def pooled(domain: str, fakes: torch.Tensor, noise: Noise) -> torch.Tensor:
        """While the pool has room, store and pass on; then, half of the time, swap with a stored one, no two with the same."""
        pool, noise, out = pools[domain], noise.within(f"pool_{domain}"), list(fakes)
        if len(pool) < POOL:
            pool += out[: POOL - len(pool)]
            return fakes
        slots, swaps = noise.share("places", POOL).argsort().tolist(), noise.uniform("swaps", BATCH) < 0
        for i in range(BATCH):
            if swaps[i]:
                pool[slots[i]], out[i] = out[i], pool[slots[i]]
        return torch.stack(out)

    for step in range(1, steps + 1):
        x, y = next_pictures()
        fake_y, fake_x = G_xy(x), G_yx(y)
        cycle = l1_loss(G_yx(fake_y), x) + l1_loss(G_xy(fake_x), y)
        fooled = (D_y(fake_y) - 1).square().mean() + (D_x(fake_x) - 1).square().mean()
        identity = l1_loss(G_xy(y), y) + l1_loss(G_yx(x), x)
        g_loss = fooled + 10 * cycle + 5 * identity
        g_optimizer.zero_grad()
        g_loss.backward()  # runs through the discriminators; their own share of the gradient is thrown away
        g_optimizer.step()

        noise = noise_of(SEED, "D", step - 1)  # what the pools do follows from the number of the discriminators' move
        fake_y, fake_x = pooled("y", fake_y.detach(), noise), pooled("x", fake_x.detach(), noise)
        x_loss = ((D_x(x) - 1).square() + D_x(fake_x).square()).mean() / 2
        y_loss = ((D_y(y) - 1).square() + D_y(fake_y).square()).mean() / 2
        d_optimizer.zero_grad()
        (x_loss + y_loss).backward()
        d_optimizer.step()

        if step % 50 == 0 or step == steps:
            print(f"step {step:5d}  cycle error {cycle / 2:.3f}  G {g_loss:.3f}  D_x {x_loss:.3f}  D_y {y_loss:.3f}")
    return G_xy, G_yx, D_x, D_y


if __name__ == "__main__":
    there, back, _, _ = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    pairs = emoji_pairs()
    held_out, _ = Pictures(pairs.modern[pairs.role == "test"]).batch(torch.arange(0, 600, 75))
    with torch.no_grad():
        strips = torch.cat([held_out, there(held_out), back(there(held_out))], 3)
    sheet = torch.cat(list(strips), 1).permute(1, 2, 0).clamp(-1, 1)
    picture = Image.fromarray(((sheet + 1) * 127.5).round().byte().numpy())
    picture.resize((picture.width * 4, picture.height * 4), 0).save("unrolled_cyclegan.png")
    print("unrolled_cyclegan.png: modern, as flat, and back")
