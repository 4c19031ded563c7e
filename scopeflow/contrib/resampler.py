"""tf.contrib.resampler: images read at given places."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.image import projective


@public("contrib.resampler.resampler")
def resampler(data: Any, warp: Any, name: str = "resampler") -> Tensor:
    """Data [batch, height, width, channels] at places (x, y) in pixels of warp [batch, ..., 2], by linear interpolation; 0 outside."""
    with name_scope(name, "resampler", [data, warp]):
        return projective.resampler(convert_to_tensor(data, name="data"), convert_to_tensor(warp, name="warp"))
