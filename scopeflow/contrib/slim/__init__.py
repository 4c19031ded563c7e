"""tf.contrib.slim: argument scopes, layers, training and evaluation loops, input pipelines and networks."""

from ...graph.public import TABLE, export
from .. import layers, losses, metrics  # noqa: F401
from ..layers import regularizers
from . import (
    data_decoder,
    data_provider,
    dataset,
    dataset_data_provider,
    evaluation,
    learning,
    model_analyzer,
    nets,  # noqa: F401
    parallel_reader,
    prefetch_queue,
    queues,
    summaries,
    tfexample_decoder,
)

for _name in ("xavier_initializer", "xavier_initializer_conv2d", "variance_scaling_initializer"):
    export(TABLE[f"contrib.layers.{_name}"], f"contrib.slim.{_name}", f"contrib.slim.initializers.{_name}")
export(layers, "contrib.slim.layers")
for _name in [name for name in TABLE if name.startswith("contrib.metrics.")]:
    export(TABLE[_name], _name.replace("contrib.", "contrib.slim.", 1))
export(regularizers, "contrib.slim.regularizers")
# The paths that programs import modules from.
for _module in (evaluation, learning, model_analyzer, queues, summaries):
    export(_module, "contrib.slim.python.slim." + _module.__name__.rpartition(".")[2])
for _module in (data_decoder, data_provider, dataset, dataset_data_provider, parallel_reader, prefetch_queue, tfexample_decoder):
    export(_module, "contrib.slim.python.slim.data." + _module.__name__.rpartition(".")[2])
