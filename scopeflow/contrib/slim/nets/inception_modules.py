"""Inception networks as tables: how one line stands for a stage, and how stages are built.

A line is `stage: branch | branch | ...`, the results of whose branches are concatenated, or `layer` alone. A branch is a row of layers:

    0a_1x1 64               the convolution Conv2d_0a_1x1 of depth 64, its kernel as its name says
    1a_3x3 320 /2 VALID     with stride 2 and another padding
    0a_1x1 64 ~.09          with weights of that standard deviation
    1a_1x1 384 =3x3         with another kernel than its name says
    avg 0a_3x3, max 1a_3x3  the poolings AvgPool_0a_3x3, MaxPool_1a_3x3
    {a + b}                 two layers on the same input, concatenated

A layer with a capital letter is called so in full.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ....graph.operation import Tensor
from ....ops.joining import concat
from ....scopes import variable_scope
from ...layers.convolution import convolution2d as conv2d
from ...layers.pooling import avg_pool2d, max_pool2d
from .plain_network import trunc_normal

_POOLS = {"avg": ("AvgPool_", avg_pool2d), "max": ("MaxPool_", max_pool2d)}


def _kernel(text: str) -> list[int]:
    height, width = re.search(r"(\d+)x(\d+)$", text).groups()  # type: ignore[union-attr]
    return [int(height), int(width)]


def _layer(net: Any, text: str, depth: Callable[[int], int]) -> Tensor:
    first, *words = text.split()
    prefix, pool = "Conv2d_", None
    if first in _POOLS:
        (prefix, pool), first, words = _POOLS[first], words[0], words[1:]
    name = first if first[0].isupper() else prefix + first
    if pool is None and name.startswith(("MaxPool", "AvgPool")):
        pool = max_pool2d if name.startswith("Max") else avg_pool2d
    options: dict[str, Any] = {}
    kernel = _kernel(name)
    channels = 0
    for word in words:
        if word.startswith("/"):
            options["stride"] = int(word[1:])
        elif word.startswith("~"):
            options["weights_initializer"] = trunc_normal(float(word[1:]))
        elif word.startswith("="):
            kernel = _kernel(word)
        elif word.isdigit():
            channels = depth(int(word))
        else:
            options["padding"] = word
    if pool is not None:
        return pool(net, kernel, scope=name, **options)
    return conv2d(net, channels, kernel, scope=name, **options)


def _branch(net: Any, text: str, depth: Callable[[int], int]) -> Tensor:
    for step in re.split(r",\s*", text.strip()):
        if step.startswith("{"):
            net = concat([_layer(net, part.strip(), depth) for part in step.strip("{}").split("+")], 3)
        else:
            net = _layer(net, step, depth)
    return net


def build_stages(
    net: Any, table: str, end_points: dict[str, Any], final_endpoint: str, depth: Callable[[int], int] = lambda d: d
) -> Tensor:
    """Builds the stages of a table up to `final_endpoint`; adds each one's result to `end_points`.

    Args:
      net: the input.
      table: the stages, one a line.
      end_points: stage -> result.
      final_endpoint: the last stage to build.
      depth: the depth of a layer from that in the table.

    Returns:
      The last stage's result.

    Raises:
      ValueError: the table has no such stage.
    """
    for line in filter(None, (row.strip() for row in table.splitlines())):
        stage, colon, branches = line.partition(":")
        if not colon:
            stage = line.split()[0]
            net = _layer(net, line, depth)
        else:
            with variable_scope(stage):
                outputs = []
                for i, branch in enumerate(branches.split("|")):
                    with variable_scope(f"Branch_{i}"):
                        outputs.append(_branch(net, branch, depth))
                net = concat(outputs, 3)
        end_points[stage] = net
        if stage == final_endpoint:
            return net
    raise ValueError(f"Unknown final endpoint {final_endpoint}")
