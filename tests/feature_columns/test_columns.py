"""Columns: errors that quote types, columns of one's own, state managers, checkpoints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import scopeflow as tf

fc = tf.feature_column
old = tf.python.feature_column.feature_column
new = tf.python.feature_column.feature_column_v2


def _text(key: str = "t") -> object:
    return fc.categorical_column_with_vocabulary_list(key, ["a", "b"])


@pytest.mark.parametrize(
    "make, text",
    [
        (
            lambda: fc.linear_model({"s": tf.sparse_placeholder(tf.string)}, [fc.numeric_column("s")]),
            "SparseTensor is not supported. key: s",
        ),
        (lambda: fc.linear_model({"t": [["a"]]}, [_text()], sparse_combiner="nope"), "combiner must be one of"),
        (lambda: fc.crossed_column(["a", fc.embedding_column(_text(), 2)], 5), "Unsupported key type"),
        (lambda: fc.shared_embedding_columns([_text(), fc.categorical_column_with_identity("k", 2)], 2), "must have the same type"),
        (lambda: tf.contrib.feature_column.sequence_input_layer({}, [fc.sequence_numeric_column("q")]), "must be a _FeatureColumn"),
        (lambda: tf.contrib.feature_column.sequence_input_layer({}, [fc.numeric_column("x")]), "must be of type _SequenceDenseColumn"),
        (lambda: old._LazyBuilder({}).get(3), '"key" must be either a "str" or "_FeatureColumn"'),
        (lambda: new.FeatureTransformationCache({}).get(3), '"key" must be either a "str" or "FeatureColumn"'),
    ],
)
def test_errors(make: object, text: str) -> None:
    with tf.Graph().as_default(), pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert text in str(caught.value)


def test_a_sequence_column_needs_a_sequence_layer() -> None:
    column = fc.embedding_column(fc.sequence_categorical_column_with_identity("i", 4), 2)
    with tf.Graph().as_default(), pytest.raises(ValueError, match="use SequenceFeatures instead of DenseFeatures"):
        fc.input_layer({"i": [[1]]}, [column])


class Doubled(old._DenseColumn):
    """A column of the older form, as a program may write it."""

    name = "doubled"
    _variable_shape = tf.TensorShape([1])
    _parse_example_spec = {"x": tf.FixedLenFeature([1], tf.float32)}

    def _transform_feature(self, inputs: object) -> object:
        return inputs.get("x") * 2.0

    def _get_dense_tensor(self, inputs: object, weight_collections: object = None, trainable: object = None) -> object:
        return inputs.get(self)


def test_a_column_of_ones_own_stands_beside_others() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        out = fc.input_layer({"x": [[1.0], [3.0]]}, [fc.numeric_column("x"), Doubled()])
        np.testing.assert_array_equal(session.run(out), [[2.0, 1.0], [6.0, 3.0]])
        assert fc.make_parse_example_spec([Doubled()]) == Doubled._parse_example_spec


class Kept:
    """A state manager that keeps variables by column and name."""

    def __init__(self) -> None:
        self.made: dict[object, object] = {}

    def create_variable(
        self, column: object, name: str, shape: object, dtype: object, trainable: bool, use_resource: bool, initializer: object
    ):
        self.made[column, name] = tf.get_variable(name, shape, dtype, initializer, trainable=trainable, use_resource=use_resource)

    def get_variable(self, column: object, name: str) -> object:
        return self.made[column, name]


def test_an_embedding_with_a_state_manager() -> None:
    column = fc.embedding_column(_text(), 2, initializer=tf.constant_initializer([[1.0, 2.0], [3.0, 4.0]]))
    with tf.Graph().as_default(), tf.Session() as session:
        state = Kept()
        column.create_state(state)
        out = column.get_dense_tensor(new.FeatureTransformationCache({"t": [["b"], ["a"], ["zz"]]}), state)
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        np.testing.assert_array_equal(session.run(out), [[3.0, 4.0], [1.0, 2.0], [0.0, 0.0]])


@pytest.mark.parametrize("parts", [1, 2])
def test_a_table_comes_from_a_checkpoint(tmp_path: Path, parts: int) -> None:
    table = np.arange(4, dtype=np.float32).reshape(2, 2)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("emb", initializer=table)
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "model"))
    with tf.Graph().as_default(), tf.Session() as session:
        column = fc.embedding_column(_text(), 2, ckpt_to_load_from=path, tensor_name_in_ckpt="emb")
        partitioner = tf.fixed_size_partitioner(parts) if parts > 1 else None
        with tf.variable_scope("m", partitioner=partitioner):
            out = fc.input_layer({"t": [["b"], ["a"]]}, [column])
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        np.testing.assert_array_equal(session.run(out), table[::-1])


def test_a_shared_collection_holds_one_table() -> None:
    columns = fc.shared_embedding_columns([_text("t"), _text("u")], 2)
    with tf.Graph().as_default():
        for i in range(2):
            tf.add_to_collection("t_u_shared_embedding", tf.get_variable(f"v{i}", [2, 2]))
        with pytest.raises(ValueError, match="can only contain one variable"):
            fc.input_layer({"t": [["a"]], "u": [["b"]]}, columns)
    with tf.Graph().as_default():
        tf.add_to_collection("t_u_shared_embedding", tf.get_variable("v", [5, 2]))
        with pytest.raises(ValueError, match="of unexpected shape"):
            fc.input_layer({"t": [["a"]], "u": [["b"]]}, columns)


def test_a_bucket_index_out_of_range_fails_the_run() -> None:
    column = fc.indicator_column(fc.categorical_column_with_identity("k", 3))
    with tf.Graph().as_default(), tf.Session() as session:
        k = tf.placeholder(tf.int64, [None, 1])
        out = fc.input_layer({"k": k}, [column])
        np.testing.assert_array_equal(session.run(out, {k: [[2], [-1]]}), [[0, 0, 1], [0, 0, 0]])
        with pytest.raises(tf.errors.InvalidArgumentError, match="exceeds number of buckets"):
            session.run(out, {k: [[3]]})
