"""Connected components of images, and matching by distance."""

from __future__ import annotations

import numpy as np

from ...op.checks import check
from ...op.declare import op
from ...op.shapes import unchanged


@op(
    "ImageConnectedComponents", "image: dtype -> components: int64",
    dtype="int64 int32 uint16 int16 uint8 int8 half float double bool string", host=True, differentiable=False, shape=unchanged,
)  # fmt: skip
def image_connected_components(image):
    """For each pixel of images [batch, height, width] the number of its component: equal neighbours (of four); 0 for zeros."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    image = np.asarray(image)
    number = np.arange(image.size).reshape(image.shape)
    ends = []
    for axis in (1, 2):
        a, b = (np.take(number, range(start, image.shape[axis] - 1 + start), axis) for start in (0, 1))
        same = image.ravel()[a] == image.ravel()[b]
        ends.append((a[same], b[same]))
    first, second = (np.concatenate(side) for side in zip(*ends))
    _, labels = connected_components(coo_array((np.ones(len(first), bool), (first, second)), (image.size, image.size)), directed=False)
    # A component's number is one more than its first pixel's.
    firsts = np.unique(labels, return_index=True)[1] if image.size else labels
    is_zero = image == (b"" if image.dtype == object else image.dtype.type(0))
    return np.where(is_zero, 0, firsts[labels].reshape(image.shape) + 1).astype(np.int64)


@op(
    "BipartiteMatch", "distance_mat: float, num_valid_rows: float -> row_to_col_match_indices: int32, col_to_row_match_indices: int32",
    host=True, differentiable=False, stateful=True,
    shape=lambda inputs, attrs: [(inputs[0].shape[0].value,), (inputs[0].shape[1].value,)] if inputs[0].shape.ndims else [(None,), (None,)],
)  # fmt: skip
def bipartite_match(distance_mat, num_valid_rows, *, top_k: int = -1):
    """Pairs rows with columns, the nearest first: for each row its column or -1, for each column its row or -1.

    Args:
      num_valid_rows: rows after these are left alone; negative: none are.
      top_k: the most pairs to make; not positive: as many as possible.
    """
    rows, columns = distance_mat.shape
    given = float(np.asarray(num_valid_rows).ravel()[0])
    check(given <= rows, f"There should be at least {given:g} rows in distance_mat, but only got {rows} rows.")
    valid = rows if given < 0 else int(given)
    column_of, row_of = np.full(rows, -1, np.int32), np.full(columns, -1, np.int32)
    left = min(valid, columns) if top_k <= 0 else min(top_k, valid, columns)
    for place in np.argsort(distance_mat[:valid], axis=None, kind="stable"):
        if not left:
            break
        row, column = divmod(int(place), columns)
        if column_of[row] < 0 and row_of[column] < 0:
            column_of[row], row_of[column] = column, row
            left -= 1
    return column_of, row_of
