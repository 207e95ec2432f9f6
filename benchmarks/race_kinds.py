"""Where the time of a step goes, by kind of operator."""

from collections.abc import Callable, Sequence

from torch.profiler import ProfilerActivity, profile, record_function

KINDS = ("convolution", "matmul", "norm", "elementwise", "optimizer", "data", "other")
"""``elementwise``: all other operators on tensors, copies and noise among them; ``other``: Python, autograd, the profiler."""
NAMES = {
    "convolution": ("conv",),
    "matmul": ("mm", "linear", "matmul"),
    "norm": ("batch_norm", "batchnorm", "instance_norm", "instancenorm", "group_norm", "groupnorm", "layer_norm"),
}


def kind_of(names: Sequence[str]) -> str:
    """The kind of an operator.

    Args:
        names: Its own, that of what called it, and so on; ``data`` is what a batch is drawn in.
    """
    if "data" in names:
        return "data"
    if any(name.startswith("Optimizer.step") for name in names):
        return "optimizer"
    for name in names:
        for kind, parts in NAMES.items():
            if any(part in name.lower() for part in parts):
                return kind
    return "elementwise" if names[0].startswith("aten::") else "other"


def by_kind(step: Callable[[], object], steps: int) -> dict[str, float]:
    """Shares of the time of some steps, that sum to 1; one more goes before."""
    step()
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        for _ in range(steps):
            with record_function("step"):
                step()
    seconds = dict.fromkeys(KINDS, 0.0)
    for event in profiled.events() or ():
        names, at = [], event
        while at is not None:
            names.append(at.name)
            at = at.cpu_parent
        if "step" in names:
            seconds[kind_of(names)] += event.self_cpu_time_total
    whole = sum(seconds.values())
    return {kind: spent / whole for kind, spent in seconds.items()}
