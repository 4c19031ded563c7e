"""tf.gradients: structure, names, errors. Values are compared with the reference in tests/contract."""

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(fetches, feed=None):
    with tf.Session() as s:
        s.run(tf.global_variables_initializer())
        return s.run(fetches, feed)


def test_names_are_the_references():
    x, y = tf.get_variable("x", [4, 6]), tf.get_variable("y", [6])
    loss = tf.reduce_sum(tf.square(tf.matmul(x, tf.ones([6, 2]))) * 2.0) + tf.reduce_sum(tf.tanh(x))
    assert [g.name for g in tf.gradients(tf.square(x), x)] == ["gradients/Square_1_grad/Mul_1:0"]
    assert [g.name for g in tf.gradients(loss, x)] == ["gradients_1/AddN:0"]
    assert tf.gradients(tf.reduce_sum(x + y), [x, y], gate_gradients=True)[1].name == "gradients_2/add_1_grad/tuple/control_dependency_1:0"
    slices = tf.gradients(tf.nn.embedding_lookup(x, [1, 2]), x)[0]
    assert slices.values.name == "gradients_3/embedding_lookup_grad/Reshape:0"
    assert slices.indices.name == "gradients_3/embedding_lookup_grad/Reshape_1:0"


def test_shapes_follow_the_xs():
    x = tf.placeholder(tf.float32, [None, 3])
    assert tf.gradients(tf.square(x), x)[0].shape.as_list() == [None, 3]


def test_forward_is_computed_once():
    x = tf.placeholder(tf.float32, [3])
    y = tf.sin(tf.random_uniform([3]) * x)
    g = tf.gradients(y, x)[0]
    z, d = run([y, g], {x: np.ones(3, np.float32)})
    # One draw serves both: d = cos(u * x) * u with sin(u * x) = z.
    u = np.arcsin(z)
    np.testing.assert_allclose(d, np.cos(u) * u, rtol=1e-5)


def test_dropout_gradient_uses_the_forward_mask():
    tf.set_random_seed(1)
    x = tf.ones([200])
    y = tf.nn.dropout(x, keep_prob=0.5)
    g = tf.gradients(y, x)[0]
    out, grad = run([y, g])
    np.testing.assert_array_equal(out, grad)
    assert 50 < (out == 0).sum() < 150


def test_gradient_through_a_fed_tensor():
    x = tf.placeholder(tf.float32, [])
    y = x * 3.0
    g = tf.gradients(y * y, x)[0]
    assert run(g, {x: 1.0, y: 5.0}) == 30.0


def test_gradient_across_a_host_stage():
    x = tf.placeholder(tf.float32, [None])
    h = tf.tanh(x)
    loss = tf.reduce_sum(tf.boolean_mask(h, h > 0))
    g = tf.gradients(loss, x)[0]
    value = np.array([-1.0, 0.5, 2.0], np.float32)
    np.testing.assert_allclose(run(g, {x: value}), np.where(value > 0, 1 - np.tanh(value) ** 2, 0), rtol=1e-6)


def test_mixed_dense_and_sparse_is_dense():
    w = tf.get_variable("w", initializer=np.eye(3, dtype=np.float32))
    g = tf.gradients(tf.reduce_sum(tf.nn.embedding_lookup(w, [0])) + tf.reduce_sum(w * 2.0), w)[0]
    assert isinstance(g, tf.Tensor)
    assert run(g)[0].tolist() == [3, 3, 3]


def test_custom_gradient_with_variables():
    @tf.custom_gradient
    def f(x):
        w = tf.get_variable("w", initializer=2.0, use_resource=True)

        def grad(dy, variables=None):
            return dy * 5.0, [dy * 7.0]

        return x * w, grad

    x = tf.constant(3.0)
    y = f(x)
    w = tf.global_variables()[0]
    assert run(tf.gradients(y, [x, w])) == [5.0, 7.0]


def test_custom_gradient_must_take_its_variables():
    @tf.custom_gradient
    def f(x):
        w = tf.get_variable("w", initializer=2.0, use_resource=True)
        return x * w, lambda dy: dy

    with pytest.raises(TypeError, match="must accept a 'variables' keyword"):
        f(tf.constant(1.0))


def test_errors():
    x = tf.placeholder(tf.float32, [2])
    with pytest.raises(ValueError, match="Passed 1 grad_ys for 2 ys"):
        tf.gradients([x, x], x, grad_ys=[tf.ones([2])])
    with pytest.raises(TypeError, match="Gradients of complex tensors must set grad_ys"):
        tf.gradients(tf.complex(x, x), x)
    with pytest.raises(KeyError, match="Registering two gradient with name 'Relu'"):
        tf.RegisterGradient("Relu")(lambda op, g: g)
    with tf.get_default_graph().gradient_override_map({"Identity": "NobodyRegisteredThis"}):
        y = tf.identity(x)
    with pytest.raises(LookupError, match="NobodyRegisteredThis"):
        tf.gradients(y, x)

    @tf.RegisterGradient("TooMany")
    def too_many(op, g):
        return [g, g]

    with tf.get_default_graph().gradient_override_map({"Identity": "TooMany"}):
        y = tf.identity(x)
    with pytest.raises(ValueError, match="Num gradients 2 generated for op"):
        tf.gradients(y, x)


def test_hessian_needs_a_static_shape():
    x = tf.placeholder(tf.float32, [None])
    with pytest.raises(ValueError, match="must be fully defined"):
        tf.hessians(tf.reduce_sum(x * x), x)


def test_none_is_not_what_a_python_function_gives() -> None:
    """TensorFlow records tf.py_function's function; here its gradient is refused by name, where it would be wrong to leave it out."""
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0])
        y = tf.py_function(lambda a: a * a, [x], tf.float32)
        with pytest.raises(tf.errors.UnimplementedError, match="tf.py_function .EagerPyFunc."):
            tf.gradients(y, x)
        assert tf.gradients(x + tf.stop_gradient(y), x)[0] is not None
        assert tf.gradients(tf.py_func(lambda a: a * a, [x], tf.float32), x) == [None]
