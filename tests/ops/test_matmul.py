"""Matrix products, einsum and norms: which ops they choose, and their errors."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def _p(*shape):
    return tf.placeholder(tf.float32, list(shape))


def test_the_op_follows_the_rank(graph):
    assert tf.matmul(_p(2, 3), _p(3, 4)).op.type == "MatMul"
    assert tf.matmul(_p(5, 2, 3), _p(5, 3, 4)).op.type == "BatchMatMulV2"
    assert tf.matmul(tf.placeholder(tf.float32), _p(3, 4)).op.type == "BatchMatMulV2"
    assert tf.matmul(_p(2, 3), _p(3, 4), a_is_sparse=True).op.type == "SparseMatMul"


def test_batches_broadcast(graph):
    assert tf.matmul(_p(2, 1, 3), _p(5, 1, 3, 2)).shape.as_list() == [5, 2, 1, 2]
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3 for 'MatMul.*BatchMatMulV2"):
        tf.matmul(_p(2, 1, 3), _p(3, 3, 2))


def test_shapes_that_do_not_fit(graph):
    text = r"Dimensions must be equal, but are 2 and 1 for 'MatMul' \(op: 'MatMul'\) with input shapes: \[1,2\], \[1,2\]."
    with pytest.raises(ValueError, match=text):
        tf.matmul(_p(1, 2), _p(1, 2))
    with pytest.raises(ValueError, match="Shape must be rank 2 but is rank 1 for 'MatMul"):
        tf.matmul(_p(1, 2), _p(2))
    with pytest.raises(ValueError, match="Only one of transpose_b and adjoint_b can be True."):
        tf.matmul(_p(1, 2), _p(1, 2), transpose_b=True, adjoint_b=True)


@pytest.mark.parametrize(
    ("equation", "count", "message"),
    [
        ("ij,jk->ik", 1, 'Got 1 arguments for equation "ij,jk->ik", expecting 2'),
        ("ii->i", 1, "Subscript not supported: an axis appears more than once: ii"),
        ("ij->ik", 1, "Invalid equation: ij->ik"),
        ("ij>ik", 1, "Indices have incorrect format: ij>ik"),
    ],
)
def test_equations_that_are_wrong(graph, equation, count, message):
    with pytest.raises(ValueError, match=message):
        tf.einsum(equation, *[_p(2, 2)] * count)


def test_norms_that_do_not_exist(graph):
    x = _p(1, 2)
    with pytest.raises(ValueError, match="'ord' must be a supported vector norm, got fro"):
        tf.norm(x, ord="fro")
    with pytest.raises(ValueError, match="'axis' must be None, an integer, or a tuple of 2 unique integers"):
        tf.norm(x, axis=(0, 0))
    with pytest.raises(ValueError, match=r"'ord' must be a supported matrix norm in \['euclidean', 'fro', 1, 2, inf\], got 3"):
        tf.norm(x, ord=3, axis=(0, 1))


def test_tensordot_axes(graph):
    with pytest.raises(ValueError, match="'axes' must be at least 0."):
        tf.tensordot(_p(1, 2), _p(2, 1), -1)
    with pytest.raises(ValueError, match="Different number of contraction axes 'a' and 'b', 1 != 2."):
        tf.tensordot(_p(1, 2), _p(2, 1), [[1], [0, 1]])


def test_triangles_are_read_alone():
    with tf.Graph().as_default(), tf.Session() as session:
        x = np.array([[2.0, 9.0], [1.0, 3.0]], np.float32)
        factor = session.run(tf.cholesky(x))
        np.testing.assert_allclose(factor @ factor.T, [[2.0, 1.0], [1.0, 3.0]], rtol=1e-5)
        np.testing.assert_allclose(session.run(tf.self_adjoint_eigvals(x)), np.linalg.eigvalsh(x, "L"), rtol=1e-5)
