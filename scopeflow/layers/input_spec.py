"""InputSpec: what a layer takes, and the check of its inputs."""

from __future__ import annotations

from typing import Any

from ..graph import nest
from ..graph.dtypes import as_dtype
from ..graph.public import public


@public("layers.InputSpec", "keras.layers.InputSpec")
class InputSpec:
    """Type, rank, shape or sizes of some axes that an input of a layer must have.

    Args:
      dtype: element type.
      shape: full shape, None for any size.
      ndim, max_ndim, min_ndim: bounds of the rank.
      axes: axis -> size.
    """

    def __init__(
        self, dtype: Any = None, shape: Any = None, ndim: int | None = None, max_ndim: Any = None, min_ndim: Any = None, axes: Any = None
    ):
        self.dtype = as_dtype(dtype).name if dtype is not None else None
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.axes = {int(k): v for k, v in axes.items()} if axes else {}
        if self.axes and (self.ndim is not None or self.max_ndim is not None):
            highest = (self.ndim if self.ndim else self.max_ndim) - 1
            largest = max(self.axes)
            if largest > highest:
                raise ValueError(f"Axis {largest} is greater than the maximum allowed value: {highest}")

    def __repr__(self) -> str:
        given = {"dtype": self.dtype, "shape": self.shape, "ndim": self.ndim, "max_ndim": self.max_ndim, "min_ndim": self.min_ndim}
        parts = [f"{k}={v}" for k, v in given.items() if v]
        return f"InputSpec({', '.join(parts + ([f'axes={self.axes}'] if self.axes else []))})"

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {k: getattr(self, k) for k in ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """The InputSpec whose `get_config` gave `config`."""
        return cls(**config)


def require_compatible(specs: Any, inputs: Any, layer_name: str) -> None:
    """Requires that `inputs` are as `specs` (one InputSpec, or one for each input) say. Raises ValueError."""
    if not specs:
        return
    specs = nest.flatten(specs)
    inputs = nest.flatten(inputs)
    if len(inputs) != len(specs):
        raise ValueError(
            f"Layer {layer_name} expects {len(specs)} inputs, but it received {len(inputs)} input tensors. Inputs received: {inputs}"
        )
    for i, (x, spec) in enumerate(zip(inputs, specs)):
        if spec is not None:
            _check(x, spec, f"Input {i} of layer {layer_name} is incompatible with the layer: ")


def _check(x: Any, spec: InputSpec, start: str) -> None:
    shape = x.shape
    rank_matters = spec.ndim is not None or spec.min_ndim is not None or spec.max_ndim is not None
    if rank_matters and shape.ndims is None:
        raise ValueError(f"{start}its rank is undefined, but the layer requires a defined rank.")
    rank = shape.ndims
    if spec.ndim is not None and rank != spec.ndim:
        raise ValueError(f"{start}expected ndim={spec.ndim}, found ndim={rank}. Full shape received: {shape.as_list()}")
    if spec.max_ndim is not None and rank is not None and rank > spec.max_ndim:
        raise ValueError(f"{start}expected max_ndim={spec.max_ndim}, found ndim={rank}")
    if spec.min_ndim is not None and rank is not None and rank < spec.min_ndim:
        raise ValueError(f"{start}: expected min_ndim={spec.min_ndim}, found ndim={rank}. Full shape received: {shape.as_list()}")
    if spec.dtype is not None and x.dtype.base_dtype.name != spec.dtype:
        raise ValueError(f"{start}expected dtype={spec.dtype}, found dtype={x.dtype}")
    if rank is None:
        return
    sizes = shape.as_list()
    for axis, size in spec.axes.items():
        size = getattr(size, "value", size)
        if size is not None and sizes[axis] not in (size, None):
            raise ValueError(f"{start}expected axis {axis} of input shape to have value {size} but received input with shape {sizes}")
    if spec.shape is not None:
        for wanted, size in zip(spec.shape, sizes):
            if wanted is not None and size is not None and wanted != size:
                raise ValueError(f"{start}expected shape={spec.shape}, found shape={sizes}")
