"""tf.contrib.slim: argument scopes, layers, training and evaluation loops, input pipelines and networks."""

from ...graph.public import TABLE, export
from .. import layers
from ..layers import regularizers
from . import evaluation, learning, nets  # noqa: F401

for _name in ("xavier_initializer", "xavier_initializer_conv2d", "variance_scaling_initializer"):
    export(TABLE[f"contrib.layers.{_name}"], f"contrib.slim.{_name}", f"contrib.slim.initializers.{_name}")
export(layers, "contrib.slim.layers")
export(regularizers, "contrib.slim.regularizers")
