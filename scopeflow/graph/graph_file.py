"""tf.io.write_graph: a graph in a file."""

from __future__ import annotations

import os
import uuid
from typing import Any

from google.protobuf import text_format

from .graph import Graph
from .public import public


@public("io.write_graph", "train.write_graph")
def write_graph(graph_or_graph_def: Any, logdir: Any, name: str, as_text: bool = True) -> str:
    """Writes a graph, or a GraphDef, to the file `name` in the folder `logdir`, as text or as bytes; its path.

    The folder is made if need be. The file appears whole: whoever reads it never sees half of it.
    """
    definition = graph_or_graph_def.as_graph_def() if isinstance(graph_or_graph_def, Graph) else graph_or_graph_def
    logdir = os.fspath(logdir)
    os.makedirs(logdir, exist_ok=True)
    path = os.path.join(logdir, name)
    data = text_format.MessageToString(definition).encode() if as_text else definition.SerializeToString()
    temporary = f"{path}.tmp{uuid.uuid4().hex}"
    with open(temporary, "wb") as file:
        file.write(data)
    os.replace(temporary, path)
    return path
