"""Graphs, operations, tensors and their types: Python and NumPy, no JAX."""
