"""slim.dataset: what describes a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...graph.public import public


@public("contrib.slim.dataset.Dataset")
class Dataset:
    """Where a dataset's files are and how they are read.

    Args:
      data_sources: files, or a pattern of them.
      reader: the class of reader.
      decoder: a DataDecoder.
      num_samples: how many examples there are.
      items_to_descriptions: what each item is.
      kwargs: further attributes of this object.
    """

    def __init__(
        self, data_sources: Any, reader: Any, decoder: Any, num_samples: int, items_to_descriptions: Mapping[str, str], **kwargs: Any
    ):
        kwargs |= {
            "data_sources": data_sources,
            "reader": reader,
            "decoder": decoder,
            "num_samples": num_samples,
            "items_to_descriptions": items_to_descriptions,
        }
        self.__dict__.update(kwargs)
