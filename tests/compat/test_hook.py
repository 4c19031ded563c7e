"""`import tensorflow` and everything below it resolve to scopeflow."""

from __future__ import annotations

import subprocess
import sys

import pytest

import scopeflow

pytestmark = pytest.mark.usefixtures("hooked")


def test_version_is_tensorflows_and_the_names_are_scopeflows() -> None:
    import tensorflow as tf

    assert tf.__version__ == tf.VERSION == tf.version.VERSION == "1.15.5"
    assert scopeflow.__version__ != tf.__version__
    assert tf.Graph is scopeflow.Graph
    assert tf.train is scopeflow.train


def test_compat_v1_is_the_same_namespace() -> None:
    import tensorflow as tf
    import tensorflow.compat.v1 as tf1
    from tensorflow.compat.v1 import gfile
    from tensorflow.compat.v1.io import gfile as io_gfile

    assert tf1 is tf
    assert tf.compat.v1 is tf
    assert gfile is tf.gfile
    assert io_gfile is tf.io.gfile


def test_install_twice_is_once() -> None:
    before = list(sys.meta_path)
    scopeflow.install()
    assert sys.meta_path == before


def test_namespaces_are_imported_by_path() -> None:
    import tensorflow.train
    from tensorflow import train
    from tensorflow.gfile import Exists

    assert train is tensorflow.train is scopeflow.train
    assert Exists is scopeflow.gfile.Exists


def test_scopeflows_own_modules_keep_their_identity() -> None:

    spec = scopeflow.train.__spec__
    assert spec is None or spec.name == "scopeflow.train"
    assert scopeflow.train.__name__ == "scopeflow.train"


def test_private_paths_resolve_to_public_objects() -> None:
    from tensorflow.python.framework import dtypes, errors_impl, ops, tensor_shape
    from tensorflow.python.framework.constant_op import constant

    assert ops.Graph is scopeflow.Graph
    assert ops.get_default_graph is scopeflow.get_default_graph
    assert dtypes.float32 is scopeflow.float32
    assert tensor_shape.TensorShape is scopeflow.TensorShape
    assert errors_impl.NotFoundError is scopeflow.errors.NotFoundError
    assert constant is scopeflow.constant


def test_private_modules_import_each_way() -> None:
    import tensorflow as tf
    import tensorflow.python.framework.ops as by_path
    from tensorflow.python.framework import ops

    assert by_path is ops is tf.python.framework.ops
    assert "Graph" in dir(ops)


def test_protocol_buffers() -> None:
    from tensorflow.core.example import example_pb2
    from tensorflow.core.framework import graph_pb2
    from tensorflow.core.framework.summary_pb2 import Summary
    from tensorflow.core.protobuf import config_pb2
    from tensorflow.core.util import event_pb2

    assert graph_pb2.GraphDef is scopeflow.GraphDef
    assert Summary is scopeflow.Summary
    assert config_pb2.ConfigProto is scopeflow.ConfigProto
    assert event_pb2.Event is scopeflow.Event
    assert example_pb2.Example is scopeflow.train.Example


@pytest.mark.parametrize(
    "statement, error, named",
    [
        ("import tensorflow.nothing", ImportError, "tensorflow.nothing"),
        ("from tensorflow.python.ops import nothing_ops", ImportError, "tensorflow.python.ops.nothing_ops"),
        ("from tensorflow.python.framework.ops import nothing", ImportError, "tensorflow.python.framework.ops.nothing"),
        ("from tensorflow.core.framework import nothing_pb2", ImportError, "nothing_pb2"),
        ("from tensorflow.train import Nothing", ImportError, "tensorflow.train.Nothing"),
        ("import tensorflow.graph", ImportError, "tensorflow.graph"),
        ("import tensorflow as tf; tf.nothing", AttributeError, "tf.nothing"),
        ("import tensorflow as tf; tf.train.Nothing", AttributeError, "tf.train.Nothing"),
        ("from tensorflow.python.framework import ops; ops.nothing", AttributeError, "tensorflow.python.framework.ops.nothing"),
    ],
)
def test_what_is_missing_is_named(statement: str, error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named):
        exec(statement)


def test_missing_names_come_with_the_nearest() -> None:
    import tensorflow as tf

    with pytest.raises(AttributeError, match=r"tf\.Graphs is not in scopeflow yet\..*tf\.Graph"):
        _ = tf.Graphs


def test_hasattr_and_try_import_work() -> None:
    import tensorflow as tf

    assert not hasattr(tf, "no_such_thing")
    try:
        from tensorflow.contrib import no_such_thing  # noqa: F401
    except ImportError:
        pass
    else:
        raise AssertionError


def test_programs_may_set_attributes() -> None:
    import tensorflow as tf

    tf.my_marker = 3
    assert tf.my_marker == 3
    assert "my_marker" not in vars(scopeflow)


def test_every_private_name_points_to_a_namespace_or_is_reported() -> None:
    from scopeflow.compat import private

    table = private.known()
    assert table["tensorflow.python.framework.ops"]["Graph"] == "Graph"
    assert all(path.startswith("tensorflow.") and "python" in path.split(".") for path in table)


def test_refuses_when_real_tensorflow_is_loaded() -> None:
    code = (
        "import sys, types; t = types.ModuleType('tensorflow'); t.__version__ = '2.21.0'; sys.modules['tensorflow'] = t\n"
        "import scopeflow\n"
        "try: scopeflow.install()\n"
        "except RuntimeError as e: print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "TensorFlow 2.21.0 is already imported" in done.stdout, done.stderr
    assert "scopeflow run" in done.stdout


def test_private_modules_as_attributes() -> None:
    """Private modules know public objects and generated functions also where nothing imported them by name."""
    import tensorflow

    assert tensorflow.python.ops.math_ops.reduce_sum is scopeflow.reduce_sum
    assert tensorflow.python.ops.gen_nn_ops.conv2d_backprop_input.type == "Conv2DBackpropInput"
    assert tensorflow.python.ops.gen_math_ops._sum.type == "Sum"
    assert tensorflow.python.training.training_ops.apply_adam.type == "ApplyAdam"
    with pytest.raises(AttributeError, match="gen_math_ops.no_such is not in scopeflow yet"):
        _ = tensorflow.python.ops.gen_math_ops.no_such
