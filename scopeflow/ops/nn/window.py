"""Windows that slide over spatial dimensions: sizes, padding, arguments and shape rules of convolution and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph.tensor_shape import Dims
from ...op.declare import ShapeError

#: data formats of 1, 2 and 3 spatial dimensions: channels last, channels first
FORMATS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def channels_first(data_format: str | None) -> bool:
    """True for NCW, NCHW and NCDHW."""
    return data_format is not None and data_format.startswith("NC")


def spatial(values: Sequence[Any], data_format: str | None) -> tuple[Any, ...]:
    """Those of `values`, one a dimension, that belong to spatial dimensions."""
    return tuple(values[2:]) if channels_first(data_format) else tuple(values[1:-1])


def arranged(batch: Any, sizes: Sequence[Any], depth: Any, data_format: str | None) -> tuple[Any, ...]:
    """Batch, spatial and depth values in the order of the data format."""
    return (batch, depth, *sizes) if channels_first(data_format) else (batch, *sizes, depth)


def depth_of(dims: Sequence[Any], data_format: str | None) -> Any:
    """The value of `dims` that belongs to the depth dimension."""
    return dims[1] if channels_first(data_format) else dims[-1]


def same_padding(size: int, window: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Zeros before and after a dimension so that its output has ceil(size / stride) elements."""
    total = max((-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def pairs(explicit: Sequence[int]) -> list[tuple[int, int]]:
    """[before, after, before, after, ...] as pairs, one a dimension."""
    return [(explicit[i], explicit[i + 1]) for i in range(0, len(explicit), 2)]


def paddings(
    sizes: Sequence[int],
    window: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: str,
    explicit: Sequence[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """What is added before and after each spatial dimension."""
    if padding == "SAME":
        return [same_padding(*row) for row in zip(sizes, window, strides, dilations)]
    return list(explicit) if padding == "EXPLICIT" else [(0, 0)] * len(sizes)


def output_size(size: int | None, window: int | None, stride: int, dilation: int, padding: str, added: int = 0) -> int | None:
    """How often the window fits, None if that is not known. Raises ShapeError where the window is larger than the input."""
    if padding == "SAME":
        return None if size is None else -(-size // stride)
    if size is None or window is None:
        return None
    covered = (window - 1) * dilation + 1
    if size + added < covered:
        raise ShapeError(f"Negative dimension size caused by subtracting {covered} from {size + added}")
    return (size + added - covered) // stride + 1


def output_sizes(
    sizes: Dims,
    window: Sequence[int | None],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: str,
    explicit: Sequence[tuple[int, int]] = (),
) -> list[int | None]:
    """`output_size` for each spatial dimension."""
    added = [a + b for a, b in explicit] if padding == "EXPLICIT" else [0] * len(strides)
    return [output_size(s, w, t, d, padding, a) for s, w, t, d, a in zip(sizes or (), window, strides, dilations, added)]


# -- arguments ----------------------------------------------------------------------
def one_of(value: str, allowed: Sequence[str], attr: str, op_type: str) -> None:
    """Raises ValueError, as the reference words it, unless `value` is one of `allowed`."""
    if value not in allowed:
        names = ", ".join(f'"{a}"' for a in allowed)
        raise ValueError(f"Attr '{attr}' of '{op_type}' Op passed string '{value}' not in: {names}.")


def require_string(value: Any, name: str) -> None:
    """Raises TypeError unless `value` is a string."""
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"Expected string for argument '{name}' not {value!r}.")


def require_list(values: Any, name: str, function: str) -> None:
    """Raises TypeError unless `values` is a list or tuple."""
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"Expected list for '{name}' argument to '{function}' Op, not {values!r}.")


def per_dimension(value: Any, n: int, channel: int, name: str) -> list[int]:
    """An int, or 1, `n` or `n` + 2 ints, as one int a dimension; `channel` is the index of the depth dimension.

    Raises:
      ValueError: another number of ints.
    """
    if type(value) is list and len(value) == n + 2:
        return value
    if value is None:
        value = [1]
    elif not isinstance(value, (list, tuple)):
        value = list(value) if hasattr(value, "__len__") else [value]
    if len(value) == n + 2:
        return list(value)
    if len(value) == 1:
        value = list(value) * n
    elif len(value) != n:
        raise ValueError(f"{name} should be of length 1, {n} or {n + 2} but was {len(value)}")
    value = list(value)
    return [1, 1] + value if channel == 1 else [1] + value + [1]


def explicit_padding(padding: Any) -> tuple[str, list[int]]:
    """(padding, explicit_paddings) attributes from "SAME", "VALID" or a [before, after] pair a dimension.

    Raises:
      ValueError: a list that does not hold four pairs.
    """
    if not isinstance(padding, (list, tuple)):
        return padding, []
    if len(padding) != 4:
        raise ValueError(f"When padding is a list, it must be of size 4. Got padding of size: {len(padding)}")
    out: list[int] = []
    for i, pair in enumerate(padding):
        if not isinstance(pair, (list, tuple)):
            raise ValueError(
                "When padding is a list, each element of padding must be a list/tuple of size 2. "
                f"Element with index {i} of padding is not a list/tuple"
            )
        if len(pair) != 2:
            raise ValueError(
                "When padding is a list, each element of padding must be a list/tuple of size 2. "
                f"Element with index {i} of padding has size {len(pair)}"
            )
        out += [int(v) for v in pair]
    return "EXPLICIT", out


def either(new_name: str, new: Any, old_name: str, old: Any) -> Any:
    """The argument that is given, under its name of now or of before. Raises ValueError if both are."""
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'")
    return old
