"""The networks of tf.contrib.slim.nets consist of what they consist of in TensorFlow 1.15.5: nodes, end points, collections, variables."""

from __future__ import annotations

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import network_runner
import pytest

import scopeflow as tf

_RECORDED = json.loads((Path(network_runner.__file__).parent / "networks.json").read_text())["cases"]
_MODULES = {
    name: getattr(tf.contrib.slim.nets, name)
    for name in ("alexnet", "inception", "overfeat", "resnet_utils", "resnet_v1", "resnet_v2", "vgg")
}


@pytest.mark.parametrize("case", sorted(network_runner.CASES))
def test_network(case: str) -> None:
    """One network, against its recording (made by tests/golden/record_networks.py)."""
    assert network_runner.digest(network_runner.describe(tf, _MODULES, case)) == _RECORDED[case]


@pytest.mark.parametrize(
    "call, message",
    [
        ("inception.inception_v1_base(images, 'q')", "Unknown final endpoint q"),
        ("inception.inception_v2_base(images, 'q')", "Unknown final endpoint q"),
        ("inception.inception_v3_base(images, 'q')", "Unknown final endpoint q"),
        ("inception.inception_v2(images, depth_multiplier=0)", "depth_multiplier is not greater than zero."),
        ("inception.inception_v3(images, depth_multiplier=-1)", "depth_multiplier is not greater than zero."),
        ("resnet_v1.resnet_v1_50(images, output_stride=7)", "The output_stride needs to be a multiple of 4."),
        ("resnet_v1.resnet_v1_50(images, output_stride=64)", "The target output_stride cannot be reached."),
    ],
)
def test_errors(call: str, message: str) -> None:
    with tf.Graph().as_default():
        images = tf.placeholder(tf.float32, [2, 99, 99, 3])
        with pytest.raises(ValueError, match=message):
            eval(call, {**_MODULES, "images": images})
