"""Labels in the networks: what is told of them, and what is not told where there is none."""

import pytest
import torch

from sparring.data.spec import Spec
from sparring.networks import dcgan, mlp

SPEC = Spec(channels=1, height=8, width=8, classes=3)
NETWORKS = {
    "mlp": lambda: (mlp.Generator(SPEC, 5, (8,), 3), mlp.Discriminator(SPEC, (8,), 0.0, 3)),
    "dcgan": lambda: (dcgan.Generator(SPEC, 5, 4, 3), dcgan.Discriminator(SPEC, 4, 3, batch_norm=False)),
}


def test_a_row_without_a_label_gets_no_label_term():
    torch.manual_seed(0)
    head, h = mlp.ProjectionHead(4, 3), torch.randn(5, 4)
    y = torch.tensor([2, -1, 0, -1, 1])
    found, plain = head(h, y), head.logit(h)[:, 0]
    told = [plain[i] + h[i] @ head.embed.weight[label] for i, label in enumerate(y.tolist()) if label >= 0]
    torch.testing.assert_close(found[y >= 0], torch.stack(told))
    assert torch.equal(found[y < 0], plain[y < 0]) and (found - plain)[y >= 0].abs().min() > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_a_label_that_is_missing_teaches_no_class(name):
    torch.manual_seed(0)
    G, D = NETWORKS[name]()
    x, z, y = torch.rand(6, 1, 8, 8) * 2 - 1, torch.randn(6, 5), torch.tensor([1, -1, 1, -1, -1, -1])
    for network, given, labels in ((D, x, D.head.embed), (G, z, G.embed)):
        network(given, y).square().sum().backward()
        changed = labels.weight.grad.abs().sum(1)
        assert changed[1] > 1e-5 and changed[[0, 2]].tolist() == [0, 0], "class 0 stands for nobody"
