"""tf.contrib.testing: summaries and event files in tests."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..graph.public import TABLE, public


@public("contrib.testing.assert_summary")
def assert_summary(expected_tags: Iterable[str], expected_simple_values: dict[str, float], summary_proto: Any) -> None:
    """Raises ValueError if a Summary has other tags, AssertionError if it has other values (to two decimals)."""
    found = {value.tag for value in summary_proto.value}
    if set(expected_tags) != found:
        raise ValueError(f"Expected tags {set(expected_tags)}, got {found}.")
    values = {value.tag: value.simple_value for value in summary_proto.value}
    for tag, expected in expected_simple_values.items():
        np.testing.assert_almost_equal(values[tag], expected, decimal=2, err_msg=tag)


@public("contrib.testing.to_summary_proto")
def to_summary_proto(summary_str: bytes) -> Any:
    """A serialized Summary as a message."""
    return TABLE["Summary"].FromString(summary_str)


@public("contrib.testing.latest_event_file")
def latest_event_file(base_dir: str) -> str | None:
    """The newest event file of a folder; None if it has none."""
    found = glob.glob(os.path.join(base_dir, "events.*"))
    return max(found, key=os.path.getmtime) if found else None


@public("contrib.testing.latest_events")
def latest_events(base_dir: str) -> list[Any]:
    """The events of the newest event file."""
    file = latest_event_file(base_dir)
    return [] if file is None else list(TABLE["train.summary_iterator"](file))


@public("contrib.testing.latest_summaries")
def latest_summaries(base_dir: str) -> list[Any]:
    """Those of the newest events that hold a summary."""
    return [event for event in latest_events(base_dir) if event.HasField("summary")]


@public("contrib.testing.simple_values_from_events")
def simple_values_from_events(events: Iterable[Any], tags: Iterable[str]) -> dict[str, float]:
    """{tag: value}, the last of each."""
    wanted, found = set(tags), {}
    for event in events:
        for value in event.summary.value if event.HasField("summary") else ():
            if value.tag in wanted:
                found[value.tag] = value.simple_value
    return found
