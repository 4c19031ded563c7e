"""The op families: each op is declared once, in the file of its family."""

from . import elementwise, special  # noqa: F401  # isort: skip
from . import casting, clipping, confusion, diagonal, einsum, linalg, matmul, monotonic, norm, overloads, reduction, segment, tridiagonal  # noqa: F401
from . import random  # noqa: F401
from . import array, blocks, creation, flow, gathering, grouping, joining, packing, reordering, shaping, slicing  # noqa: F401
from . import control_flow, nn, state  # noqa: F401
from . import gradients, training  # noqa: F401  # isort: skip
