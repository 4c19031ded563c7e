"""slim.model_analyzer: the sizes of variables and of ops' results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...graph.graph import Graph
from ...graph.public import public


@public("contrib.slim.model_analyzer.tensor_description")
def tensor_description(var: Any) -> str:
    """The type and shape of a tensor or variable: "(float32 2x3)"."""
    sizes = ["?" if n is None else str(n) for n in var.get_shape().as_list()]
    return f"({var.dtype.name} {'x'.join(sizes)})"


def _rule(*lines: str) -> None:
    print("---------")
    for line in lines:
        print(line)
    print("---------")


@public("contrib.slim.model_analyzer.analyze_ops")
def analyze_ops(graph: Graph, print_info: bool = False) -> int:
    """The number of elements of the results of all ops, as far as it is known.

    Args:
      graph: whose ops.
      print_info: whether to print a line for each.
    """
    if print_info:
        _rule("Operations: name -> (type shapes) [size]")
    total = 0
    for op in graph.get_operations():
        op_size, shapes = 0, []
        for output in op.outputs:
            # an unknown size counts as none
            output_size = output.get_shape().num_elements() or 0
            if output.get_shape():
                shapes.append(tensor_description(output))
            op_size += output_size
        if print_info:
            print(f"{op.name} \t-> {', '.join(shapes)} [{op_size}]")
        total += op_size
    return total


@public("contrib.slim.model_analyzer.analyze_vars")
def analyze_vars(variables: Iterable[Any], print_info: bool = False) -> tuple[int, int]:
    """(number of elements, number of bytes) of variables; `print_info` prints a line for each."""
    if print_info:
        _rule("Variables: name (type shape) [size]")
    elements = bytes_ = 0
    for var in variables:
        size = var.get_shape().num_elements() or 0
        var_bytes = size * var.dtype.size
        elements += size
        bytes_ += var_bytes
        if print_info:
            print(f"{var.name} {tensor_description(var)} [{size}, bytes: {var_bytes}]")
    if print_info:
        print(f"Total size of variables: {elements}")
        print(f"Total bytes of variables: {bytes_}")
    return elements, bytes_
