"""tf.contrib.graph_editor: parts of a graph found, copied and connected otherwise."""

from . import copying, elements, rerouting, selecting, views  # noqa: F401
