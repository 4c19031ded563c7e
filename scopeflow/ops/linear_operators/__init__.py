"""tf.linalg.LinearOperator*: matrices that know their structure."""

from . import (  # noqa: F401
    algebra,
    blocks,
    circulant,
    dense,
    diagonal,
    householder,
    identity,
    kronecker,
    low_rank,
    operator,
    toeplitz,
    views,
    zeros,
)
from .operator import LinearOperator  # noqa: F401
