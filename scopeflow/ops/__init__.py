"""The op families: each op is declared once, in the file of its family."""

from . import elementwise, special  # noqa: F401  # isort: skip
from . import (  # noqa: F401  # noqa: F401  # noqa: F401
    array,
    asserts,
    blocks,
    candidate_sampling,
    casting,
    clipping,
    confusion,
    control_flow,
    creation,
    diagonal,
    einsum,
    flow,
    gathering,
    grouping,
    joining,
    linalg,
    matmul,
    monotonic,
    nn,
    norm,
    overloads,
    packing,
    printing,
    python_functions,
    random,  # noqa: F401
    reduction,
    reordering,
    segment,
    shaping,
    slicing,
    sparse,
    state,
    sums,
    tridiagonal,
)

from . import gradients, training  # noqa: F401  # isort: skip
