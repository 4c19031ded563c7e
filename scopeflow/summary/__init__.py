"""Writing summaries: FileWriter and its cache. The ops that make summaries are in ops/summaries.py."""

from . import writer  # noqa: F401
