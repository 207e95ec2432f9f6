"""Playing without content: how many bytes of tensors are alive on torch's meta device, and autocast, which that device lacks."""

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

IN_BFLOAT16 = {
    f
    for f in (
        *(getattr(functional, f"conv{t}{n}d") for t in ("", "_transpose") for n in (1, 2, 3)),
        *(
            getattr(owner, name)
            for owner in (torch, Tensor)
            for name in ("matmul", "mm", "bmm", "addmm", "baddbmm", "prelu")
        ),
        *(Tensor.__matmul__, Tensor.__rmatmul__, torch.einsum),
        *(functional.linear, functional.prelu, functional.scaled_dot_product_attention),
    )
}
"""What autocast computes in bfloat16: convolutions and products of matrices."""


class Cast(TorchFunctionMode):
    """`torch.autocast` to bfloat16 for tensors on the meta device.

    Losses, which autocast computes in float32, are given float32 by the games anyway.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Every function of torch passes here."""
        if func in IN_BFLOAT16:
            args, kwargs = tree_map_only(Tensor, _narrowed, (args, dict(kwargs or {})))
        return func(*args, **(kwargs or {}))


class Made(NamedTuple):
    """What is known of a tensor that an operation makes."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    kind: torch.dtype


class Living(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that are alive, and the most there ever were.

    Networks do the same on the same shapes again and again, and torch finds the shape of a result anew each time, in Python. Here
    an operation that makes new tensors on the meta device is done once; the next time with such tensors its results are
    made as they were then, which takes a quarter of the time.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.most = 0
        self._known: dict[int, weakref.ref[torch.UntypedStorage]] = {}
        self._done: dict[object, list[Made | None] | None] = {}
        self._fresh: dict[object, bool] = {}

    def peak(self, play: Callable[[], object]) -> int:
        """The most bytes that were alive at once while something was played, besides what was alive before."""
        before = self.most = self.now
        with self:
            play()
        return self.most - before

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Every operation passes here; a tensor whose storage is new is counted until that storage dies."""
        out = self._out(func, args, kwargs or {})
        for t in (out,) if isinstance(out, Tensor) else tree_leaves(out):
            if isinstance(t, Tensor):
                self._count(t.untyped_storage())
        return out

    def _out(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """What the operation gives: as it was the last time, if it only makes new tensors."""
        fresh = self._fresh.get(func)
        if fresh is None:
            fresh = self._fresh[func] = all(a.alias_info is None for a in func._schema.arguments)
        if not fresh:
            return self._new(func, args, kwargs)
        key = (func, _described(args), _described(kwargs))
        try:
            made = self._done.get(key)
        except TypeError:  # given something that cannot be looked up
            return self._new(func, args, kwargs)
        if made is not None:
            again = tuple(m and torch.empty_strided(m.shape, m.strides, dtype=m.kind, device="meta") for m in made)
            return again[0] if len(again) == 1 else again
        out = self._new(func, args, kwargs)
        if key not in self._done:
            self._done[key] = _made(out, args)
        return out

    def _new(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """What the operation gives; what it is given was there before, and a view of it takes nothing."""
        for t in tree_leaves(args):
            if isinstance(t, Tensor):
                self._count(t.untyped_storage(), given=True)
        return func(*args, **kwargs)

    def _count(self, storage: torch.UntypedStorage, given: bool = False) -> None:
        """Count a storage that is not known; one that was there before, such as a weight's, as nothing."""
        key = storage._cdata
        if key in self._known:
            return
        size = 0 if given else storage.nbytes()
        self.now += size
        self.most = max(self.most, self.now)
        self._known[key] = weakref.ref(storage, lambda _: self._gone(key, size))

    def _gone(self, key: int, size: int) -> None:
        del self._known[key]
        self.now -= size


def _narrowed(t: Tensor) -> Tensor:
    return t.to(torch.bfloat16) if t.dtype == torch.float32 else t


def _described(value: Any) -> object:
    """What a result's shape can depend on."""
    if isinstance(value, Tensor):
        return (Tensor, value.shape, value.stride(), value.dtype, value.device)
    if isinstance(value, list | tuple):
        return tuple(map(_described, value))
    if isinstance(value, Mapping):
        return tuple((k, _described(v)) for k, v in value.items())
    return (type(value), value)


def _made(out: Any, args: tuple[Any, ...]) -> list[Made | None] | None:
    """The results, if they are tensors on the meta device, or None, that share their content with nothing and leave nothing out."""
    results = [out] if isinstance(out, Tensor) else list(out) if isinstance(out, tuple) else []
    tensors = [t for t in results if isinstance(t, Tensor)]
    if not tensors or not all(t is None or (isinstance(t, Tensor) and t.is_meta) for t in results):
        return None
    given = {t.untyped_storage()._cdata for t in tree_leaves(args) if isinstance(t, Tensor)}
    own = {t.untyped_storage()._cdata for t in tensors}
    whole = all(t.untyped_storage().nbytes() == _span(t) for t in tensors)
    if len(own) < len(tensors) or own & given or not whole:
        return None
    return [None if t is None else Made(tuple(t.shape), t.stride(), t.dtype) for t in results]


def _span(t: Tensor) -> int:
    """Bytes that a storage needs to hold a tensor of this shape and these strides."""
    if not t.numel():
        return 0
    return t.element_size() * (1 + sum((n - 1) * s for n, s in zip(t.shape, t.stride(), strict=True)))
