"""tf.contrib.training.HParams."""

from __future__ import annotations

import pytest

import scopeflow as tf

HParams = tf.contrib.training.HParams


def test_values_are_parsed_by_their_types():
    h = HParams(rate=0.1, layers=[4, 4], name="net", shuffle=True, steps=10)
    h.parse("rate=0.5,layers=[8,16,32],name=other,shuffle=false,steps=20")
    assert h.values() == {"rate": 0.5, "layers": [8, 16, 32], "name": "other", "shuffle": False, "steps": 20}
    with pytest.raises(ValueError, match="Must pass a list for multi-valued parameter: layers"):
        h.parse("layers[1]=7")
    assert tf.contrib.training.parse_values("layers[1]=7", {"layers": int}) == {"layers": {1: 7}}
    h.parse_json('{"steps": 30}')
    assert h.steps == 30 and "steps" in h and "none" not in h and h.get("none", 3) == 3


def test_a_hyperparameter_can_be_set_added_and_deleted():
    h = HParams(rate=1.0)
    h.add_hparam("size", 3)
    h.set_hparam("rate", 2)
    assert h.rate == 2.0 and isinstance(h.rate, float) and h.size == 3
    h.del_hparam("size")
    assert "size" not in h
    assert HParams(**h.values()).to_json() == '{"rate": 2.0}'
    with pytest.raises(ValueError, match="reserved"):
        h.add_hparam("rate", 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("none=1", "Unknown hyperparameter type for none"),
        ("rate=x", "Could not parse hparam 'rate' of type 'float' with value 'x'"),
        ("steps=1.5", "Could not parse hparam"),
        ("rate", "Malformed hyperparameter value"),
    ],
)
def test_what_cannot_be_parsed_says_so(values: str, message: str):
    with pytest.raises(ValueError, match=message):
        HParams(rate=0.1, steps=10).parse(values)
