"""The time of the run."""

from __future__ import annotations

import time

import numpy as np

from ..graph.public import public
from ..op.declare import op


@public("timestamp")
@op("Timestamp", " -> ts: double", host=True, stateful=True, shape=lambda inputs, attrs: [()])
def timestamp():
    """Seconds since 1970 when it runs (float64)."""
    return np.float64(time.time())
