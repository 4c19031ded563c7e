"""tf.contrib.tensorboard.plugins.projector: which embeddings TensorBoard shows."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf import text_format
from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo, ProjectorConfig, SpriteMetadata

from ..graph.public import export, public

_PREFIX = "contrib.tensorboard.plugins.projector."
for _message in (EmbeddingInfo, ProjectorConfig, SpriteMetadata):
    export(_message, _PREFIX + _message.__name__)


@public(_PREFIX + "visualize_embeddings")
def visualize_embeddings(summary_writer: Any, config: Any) -> None:
    """Writes projector_config.pbtxt into a writer's folder, where TensorBoard looks for it. Raises ValueError for a writer without one."""
    logdir = summary_writer.get_logdir()
    if logdir is None:
        raise ValueError("Summary writer must have a logdir")
    with open(os.path.join(os.fspath(logdir), "projector_config.pbtxt"), "w") as file:
        file.write(text_format.MessageToString(config))
