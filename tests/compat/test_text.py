"""tf.compat and the versions."""

from __future__ import annotations

from pathlib import Path

import pytest

import scopeflow as tf


def test_text_and_bytes() -> None:
    assert tf.compat.as_bytes("é") == b"\xc3\xa9"
    assert tf.compat.as_str(b"3") == tf.compat.as_text("3") == tf.compat.as_str_any(3) == tf.compat.as_str_any(b"3") == "3"
    for function in (tf.compat.as_text, tf.compat.as_bytes):
        with pytest.raises(TypeError, match="Expected binary or unicode string, got 3"):
            function(3)
    assert tf.compat.path_to_str(Path("a")) == tf.compat.path_to_str("a") == "a"


def test_forward_compatible() -> None:
    assert tf.compat.forward_compatible(2019, 8, 20)
    assert not tf.compat.forward_compatible(2019, 8, 21)
    with tf.compat.forward_compatibility_horizon(2020, 1, 1):
        assert tf.compat.forward_compatible(2019, 12, 31)
        assert not tf.compat.forward_compatible(2020, 1, 1)


def test_versions() -> None:
    assert (tf.VERSION, tf.GRAPH_DEF_VERSION, tf.GRAPH_DEF_VERSION_MIN_CONSUMER) == ("1.15.5", 134, 0)
    assert tf.compat.v1 is tf


def test_number_types() -> None:
    import numpy as np

    assert isinstance(np.int64(3), tf.compat.integral_types) and not isinstance(3.0, tf.compat.integral_types)
    assert (
        isinstance(3.0, tf.compat.real_types) and isinstance("a", tf.compat.bytes_or_text_types) and isinstance(1j, tf.compat.complex_types)
    )


def test_files_beside_the_program() -> None:
    assert tf.resource_loader.get_path_to_datafile("x") == str(Path(__file__).parent / "x")
    assert tf.resource_loader.get_data_files_path() == str(Path(__file__).parent)
    assert b"files_beside" in tf.resource_loader.load_resource("test_text.py")


def test_examples_survive_their_bytes() -> None:
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[1, -2]))
    example = tf.train.Example(features=tf.train.Features(feature={"a": feature}))
    again = tf.train.Example.FromString(example.SerializeToString())
    assert list(again.features.feature["a"].int64_list.value) == [1, -2]
    assert again.features.feature["a"].WhichOneof("kind") == "int64_list"
    sequence = tf.train.SequenceExample(feature_lists=tf.train.FeatureLists(feature_list={"b": tf.train.FeatureList(feature=[feature])}))
    assert len(sequence.feature_lists.feature_list["b"].feature) == 1
    # as TensorFlow 1.15.5 writes it
    assert tf.train.Example(
        features=tf.train.Features(feature={"a": tf.train.Feature(int64_list=tf.train.Int64List(value=[1]))})
    ).SerializeToString() == (b"\n\x0c\n\n\n\x01a\x12\x05\x1a\x03\n\x01\x01")
