"""Graphs, operations, tensors and their types: Python and NumPy, no JAX."""

from . import (  # noqa: F401
    composite,
    constant_value,
    conversion,
    default_graph,
    device,
    dtypes,
    errors,
    graph,
    graph_def,
    graph_file,
    importing,
    proto_functions,
    scope_prefixes,
    sub_graphs,
    tracked_structures,
    tracking,
    type_spec,
)
