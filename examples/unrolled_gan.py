"""Algorithm 1 of Goodfellow et al. 2014, written out: no trainer, no recipe, no run folder.

    for number of training iterations:
        for k steps:
            sample m noise vectors and m pictures, and let D ascend the gradient of
            log D(x) + log(1 - D(G(z)))
        sample m noise vectors, and let G descend the gradient of
        log(1 - D(G(z))), or ascend that of log D(G(z)), which is the stronger one early on

The losses and the noise are the library's; what they compute stands beside them. After any number of steps the networks are,
bit for bit, those of `sparring train gan` with `SETTINGS` on a CPU in float32: a test compares them.

Run: python examples/unrolled_gan.py [steps]
"""

import sys

import torch
from PIL import Image
from torch.optim import Adam

from sparring import losses, open_pictures
from sparring.data.sampler import indices
from sparring.games import noise_of
from sparring.networks.mlp import Discriminator, Generator

SEED, BATCH, K, Z = 0, 64, 1, 100
SETTINGS = {"decay": 0}  # the recipe lowers its rates along half a cosine; here they stay


def main(steps: int) -> tuple[Generator, Discriminator]:
    """Train both networks for a number of iterations and return them."""
    pictures = open_pictures("fashion")
    torch.manual_seed(SEED)
    G = Generator(pictures.spec, Z)  # z -> 256 -> 512 -> 1024 -> picture in (-1, 1)
    D = Discriminator(pictures.spec)  # picture -> 512 -> 256 -> logit; D(x) of the paper is its sigmoid
    g_optimizer = Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True)
    d_optimizer = Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True)
    drawn = 0

    def next_pictures() -> torch.Tensor:
        """M pictures; each comes once before any comes again."""
        nonlocal drawn
        x, _ = pictures.batch(indices(SEED, drawn, BATCH, len(pictures)))
        drawn += BATCH
        return x

    def noise(player: str, move: int) -> torch.Tensor:
        """M noise vectors from U(-1, 1): no random state, they follow from whose move it is and from its number."""
        return noise_of(SEED, player, move).uniform("z", BATCH, Z)

    for step in range(1, steps + 1):
        for k in range(K):
            x = next_pictures()
            with torch.no_grad():  # D's move: G is only looked at
                fake = G(noise("D", (step - 1) * K + k))
            logits = D(torch.stack([x, fake], 1).flatten(0, 1))  # in one pass: real, fake, real, fake, ...
            real_logits, fake_logits = logits[::2], logits[1::2]
            # -log D(x) - log(1 - D(G(z))), with D = sigmoid(logit): softplus(-real) + softplus(fake)
            d_loss = losses.nonsaturating.d(real_logits, fake_logits).mean()
            d_optimizer.zero_grad()
            d_loss.backward()
            d_optimizer.step()

        next_pictures()  # every move of the trainer draws a batch; G's loss does not look at it
        fake_logits = D(G(noise("G", step - 1)))
        # -log D(G(z)): softplus(-fake). The minimax form would be log(1 - D(G(z))): -softplus(fake)
        g_loss = losses.nonsaturating.g(fake_logits, fake_logits).mean()
        g_optimizer.zero_grad()
        g_loss.backward()  # the gradient runs through D into G; D's own share of it is thrown away
        g_optimizer.step()

        if step % 100 == 0 or step == steps:
            d_real, d_fake = real_logits.sigmoid().mean(), fake_logits.sigmoid().mean()
            print(f"step {step:5d}  D(x) {d_real:.3f}  D(G(z)) {d_fake:.3f}  D {d_loss:.3f}  G {g_loss:.3f}")
    return G, D


if __name__ == "__main__":
    generator, _ = main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    with torch.no_grad():
        fakes = generator(noise_of(SEED, "picture").uniform("z", 64, Z))
    grid = fakes.view(8, 8, 28, 28).transpose(1, 2).reshape(224, 224)
    Image.fromarray(((grid + 1) * 127.5).round().byte().numpy()).resize((672, 672), 0).save("unrolled_gan.png")
    print("unrolled_gan.png")
