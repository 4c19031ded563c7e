"""What the benchmark scripts share: timing, and the line of JSON that run.py reads. Runs on Python 3.7 and later."""

from __future__ import print_function

import gc
import json
import time


def timed(function):
    """Seconds that one call takes."""
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def per_call(function, calls):
    """Seconds a call, each call timed by itself; the collector's pauses are left out."""
    out = []
    gc.collect()
    gc.disable()
    for _ in range(calls):
        start = time.perf_counter()
        function()
        out.append(time.perf_counter() - start)
    gc.enable()
    return out


def report(**rows):
    """Prints {row: [seconds, ...]}; a median is taken over a row of all processes together."""
    print("BENCHMARK " + json.dumps({k: v if isinstance(v, list) else [v] for k, v in rows.items()}))
