"""The version that programs read: TensorFlow 1.15.5's."""

from ..graph.public import export

export("1.15.5", "version.VERSION")
export("v1.15.4-39-g3db52be", "version.GIT_VERSION", "GIT_VERSION")
export("7.3.1 20180303", "version.COMPILER_VERSION", "COMPILER_VERSION")
export(134, "version.GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION")
export(0, "version.GRAPH_DEF_VERSION_MIN_CONSUMER", "GRAPH_DEF_VERSION_MIN_CONSUMER")
export(0, "version.GRAPH_DEF_VERSION_MIN_PRODUCER", "GRAPH_DEF_VERSION_MIN_PRODUCER")
