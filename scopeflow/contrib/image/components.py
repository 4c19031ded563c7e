"""Connected components and matching."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal
from ...ops.image import components


@public("contrib.image.connected_components")
def connected_components(images: Any) -> Tensor:
    """Numbers the components of equal, non-zero, touching pixels from 1, int32; zeros are 0.

    Args:
      images: [height, width], or a batch of them.

    Raises:
      TypeError: another rank.
    """
    with name_scope("connected_components"):
        images = array.convert_to_tensor(images)
        if images.shape.ndims == 2:
            batch = images[None, :, :]
        elif images.shape.ndims == 3:
            batch = images
        else:
            raise TypeError(f"images should have rank 2 (HW) or 3 (NHW). Static shape is {images.shape}")
        found = components.image_connected_components(batch)
        flat = array.reshape(found, [-1])
        numbers, place = TABLE["unique"](flat)
        zero_place = TABLE["where"](equal(numbers, 0))[:, 0]
        n = array.shape(numbers)[0] - array.shape(zero_place)[0]
        consecutive = array.range_(n) + 1

        def with_zero() -> Tensor:
            at = cast(zero_place[0], dtypes.int32)
            return array.concat([consecutive[:at], [0], consecutive[at:]], axis=0)

        renumbered = cond(equal(array.shape(zero_place)[0], 0), lambda: consecutive, with_zero)
        result = array.reshape(array.gather(renumbered, place), array.shape(found))
        return result[0, :, :] if images.shape.ndims == 2 else result


@public("contrib.image.bipartite_match")
def bipartite_match(distance_mat: Any, num_valid_rows: Any, top_k: int = -1, name: str | None = "bipartite_match") -> Any:
    """(column of each row, row of each column), the nearest paired first; -1 for none. See `BipartiteMatch`."""
    return components.bipartite_match(distance_mat, num_valid_rows, top_k, name=name)
