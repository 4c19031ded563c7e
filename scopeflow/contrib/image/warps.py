"""Warps of images along dense fields, and polyharmonic splines through points (Iske, 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import floor, log, maximum, minimum, pow_, sqrt, square
from ...ops.linalg import solve
from ...ops.matmul import matmul
from ...ops.reduction import reduce_sum

#: below this, squared distances are taken for it, so that logarithms and powers have gradients
_SMALL = 1e-10
_TOO_LARGE = (
    "The image size or batch size is sufficiently large\n                       that the linearized addresses used by array_ops.gather\n"
    "                       may exceed the int32 limit."
)


# -- dense fields ----------------------------------------------------------------------------------
@public("contrib.image.dense_image_warp")
def dense_image_warp(image: Any, flow: Any, name: str | None = "dense_image_warp") -> Tensor:
    """The image [batch, height, width, channels] read, linearly, at every pixel's place less `flow` [batch, height, width, (dy, dx)]."""
    with name_scope(name):
        batch, height, width, channels = (array.shape(image)[i] for i in range(4))
        columns, rows = array.meshgrid(array.range_(width), array.range_(height))
        grid = cast(array.stack([rows, columns], axis=2), flow.dtype)
        places = array.expand_dims(grid, axis=0) - flow
        places = array.reshape(places, [batch, height * width, 2])
        return array.reshape(_interpolate_bilinear(image, places), [batch, height, width, channels])


def _interpolate_bilinear(grid: Any, query_points: Any) -> Tensor:
    """The grid [batch, height, width, channels] at places (y, x) of query_points [batch, n, 2]; those outside count as on the edge."""
    with name_scope("interpolate_bilinear"):
        grid = array.convert_to_tensor(grid)
        query_points = array.convert_to_tensor(query_points)
        if grid.shape.ndims != 4:
            raise ValueError("Grid must be 4 dimensional. Received size: " + str(grid.get_shape().as_list()))
        if query_points.shape.ndims != 3:
            raise ValueError("Query points must be 3 dimensional.")
        batch, height, width, channels = (array.shape(grid)[i] for i in range(4))
        assert_equal, at_least = TABLE["assert_equal"], TABLE["assert_greater_equal"]
        is_sound = [
            assert_equal(query_points.shape.ndims, 3, message="Query points must be 3 dimensional."),
            assert_equal(array.shape(query_points)[2], 2, message="Query points must be size 2 in dim 2."),
        ]
        with control_dependencies(is_sound):
            n = array.shape(query_points)[1]
        is_sound = [
            at_least(height, 2, message="Grid height must be at least 2."),
            at_least(width, 2, message="Grid width must be at least 2."),
        ]
        with control_dependencies(is_sound):
            along = array.unstack(query_points, axis=2)
        lower, upper, shares = [], [], []
        for axis, (points, size) in enumerate(zip(along, (height, width))):
            with name_scope(f"dim-{axis}"):
                last = cast(size - 2, points.dtype)
                first = array.constant(0.0, dtype=points.dtype)
                whole = minimum(maximum(first, floor(points)), last)
                at = cast(whole, dtypes.int32)
                lower.append(at)
                upper.append(at + 1)
                share = points - whole
                zero = array.constant(0.0, dtype=grid.dtype)
                one = array.constant(1.0, dtype=grid.dtype)
                share = minimum(maximum(zero, cast(share, grid.dtype)), one)
                shares.append(array.expand_dims(share, 2))
        pixels = cast(batch * height * width, dtypes.float32)
        is_addressable = TABLE["assert_less_equal"](pixels, np.iinfo(np.int32).max / 8.0, message=_TOO_LARGE)
        with control_dependencies([is_addressable]):
            flat = array.reshape(grid, [batch * height * width, channels])
            starts = array.reshape(array.range_(batch) * height * width, [batch, 1])

        def gather(rows: Tensor, columns: Tensor, name: str) -> Tensor:
            with name_scope("gather-" + name):
                return array.reshape(array.gather(flat, starts + rows * width + columns), [batch, n, channels])

        top_left = gather(lower[0], lower[1], "top_left")
        top_right = gather(lower[0], upper[1], "top_right")
        bottom_left = gather(upper[0], lower[1], "bottom_left")
        bottom_right = gather(upper[0], upper[1], "bottom_right")
        with name_scope("interpolate"):
            top = shares[1] * (top_right - top_left) + top_left
            bottom = shares[1] * (bottom_right - bottom_left) + bottom_left
            return shares[0] * (bottom - top) + top


# -- splines ------------------------------------------------------------------------------------------
@public("contrib.image.interpolate_spline")
def interpolate_spline(
    train_points: Any,
    train_values: Any,
    query_points: Any,
    order: int,
    regularization_weight: float = 0.0,
    name: str | None = "interpolate_spline",
) -> Tensor:
    """A polyharmonic spline through (train_points, train_values), at query_points: [batch, m, k].

    Args:
      train_points: [batch, n, d].
      train_values: [batch, n, k].
      query_points: [batch, m, d].
      order: 1 for |r|, 2 for thin plates (r^2 log r), 3 for |r|^3 ...
      regularization_weight: how much the spline may miss the points to be smoother.
    """
    with name_scope(name):
        train_points = array.convert_to_tensor(train_points)
        train_values = array.convert_to_tensor(train_values)
        query_points = array.convert_to_tensor(query_points)
        with name_scope("solve"):
            w, v = _coefficients(train_points, train_values, order, regularization_weight)
        with name_scope("predict"):
            return _spline_at(query_points, train_points, w, v, order)


def _coefficients(points: Tensor, values: Tensor, order: int, regularization_weight: float) -> tuple[Tensor, Tensor]:
    """The weights of the radial functions, [batch, n, k], and of the plane, [batch, d + 1, k]."""
    batch, n, _ = array.unstack(array.shape(points), num=3)
    d = points.shape[-1].value
    if d is None:
        raise ValueError("The dimensionality of the input points (d) must be statically-inferrable.")
    k = values.shape[-1].value
    if k is None:
        raise ValueError("The dimensionality of the output values (k) must be statically-inferrable.")
    with name_scope("construct_linear_system"):
        radial = _phi(_squared_distances_within(points), order)
        if regularization_weight > 0:
            radial += regularization_weight * array.expand_dims(array.eye(n, dtype=points.dtype), 0)
        plane = array.concat([points, array.ones_like(points[..., :1])], 2)
        left = array.concat([radial, array.transpose(plane, [0, 2, 1])], 1)
        corner = array.zeros([batch, d + 1, d + 1], points.dtype)
        system = array.concat([left, array.concat([plane, corner], 1)], 2)
        right = array.concat([values, array.zeros([batch, d + 1, k], points.dtype)], 1)
    with name_scope("solve_linear_system"):
        solved = solve(system, right)
        return solved[:, :n, :], solved[:, n:, :]


def _spline_at(queries: Tensor, points: Tensor, w: Tensor, v: Tensor, order: int) -> Tensor:
    radial = matmul(_phi(_squared_distances(queries, points), order), w)
    plane = matmul(array.concat([queries, array.ones_like(queries[..., :1])], 2), v)
    return radial + plane


def _squared_distances_within(x: Tensor) -> Tensor:
    """Between all points of x [batch, n, d]: [batch, n, n]."""
    products = matmul(x, x, adjoint_b=True)
    squares = array.expand_dims(TABLE["linalg.diag_part"](products, name="diag_part"), 2)
    return squares - 2 * products + array.transpose(squares, [0, 2, 1])


def _squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Between x [batch, n, d] and y [batch, m, d]: [batch, n, m]."""
    x_squares, y_squares = (reduce_sum(square(p), 2) for p in (x, y))
    x_squares, y_squares = array.expand_dims(x_squares, 2), array.expand_dims(y_squares, 1)
    return x_squares - 2 * matmul(x, y, adjoint_b=True) + y_squares


def _phi(r: Tensor, order: int) -> Tensor:
    """The radial function at distances whose squares are `r`."""
    with name_scope("phi"):
        if order == 2:
            return 0.5 * r * log(maximum(r, _SMALL))
        if order == 4:
            return 0.5 * square(r) * log(maximum(r, _SMALL))
        r = maximum(r, _SMALL)
        if order == 1:
            return sqrt(r)
        return 0.5 * pow_(r, 0.5 * order) * log(r) if order % 2 == 0 else pow_(r, 0.5 * order)


@public("contrib.image.sparse_image_warp")
def sparse_image_warp(
    image: Any,
    source_control_point_locations: Any,
    dest_control_point_locations: Any,
    interpolation_order: int = 2,
    regularization_weight: float = 0.0,
    num_boundary_points: int = 0,
    name: str | None = "sparse_image_warp",
) -> tuple[Tensor, Tensor]:
    """(the image warped so that control points move from source to destination, the flow): a spline between them.

    Args:
      image: [batch, height, width, channels], of known shape.
      source_control_point_locations, dest_control_point_locations: [batch, n, (y, x)].
      num_boundary_points: how many points of each edge stay in place: 0 none, 1 the corners, 2 the middles too, ...
    """
    image = array.convert_to_tensor(image)
    source = array.convert_to_tensor(source_control_point_locations)
    destination = array.convert_to_tensor(dest_control_point_locations)
    moves = destination - source
    with name_scope(name):
        batch, height, width, _ = image.get_shape().as_list()
        grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), -1).reshape(1, -1, 2)
        places = array.constant(np.tile(grid, [batch, 1, 1]), dtype=image.dtype)
        if num_boundary_points > 0:
            edge = np.tile(_edge_points(height, width, num_boundary_points)[None], [batch, 1, 1])
            edge_points = array.constant(edge, dtype=destination.dtype)
            edge_moves = array.constant(np.zeros([batch, edge.shape[1], 2]), dtype=moves.dtype)
            destination = array.concat([destination, edge_points], 1)
            moves = array.concat([moves, edge_moves], 1)
        flow = interpolate_spline(destination, moves, places, interpolation_order, regularization_weight)
        flow = array.reshape(flow, [batch, height, width, 2])
        return dense_image_warp(image, flow), flow


def _edge_points(height: int, width: int, per_edge: int) -> np.ndarray:
    """Points (y, x) on the edges of an image, [4 * per_edge, 2]: the corners and `per_edge` - 1 between each two."""
    y, x = (np.linspace(0, size - 1, per_edge + 1) for size in (height, width))
    ys, xs = np.meshgrid(y, x, indexing="ij")
    on_edge = (np.isin(ys, [0, height - 1])) | (np.isin(xs, [0, width - 1]))
    return np.stack([ys[on_edge], xs[on_edge]], axis=-1)
