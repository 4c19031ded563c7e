"""Graphs, operations, tensors and their types: Python and NumPy, no JAX."""

from . import composite, constant_value, conversion, default_graph, device, dtypes, errors, graph, graph_def, graph_file, importing  # noqa: F401
