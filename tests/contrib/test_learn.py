"""tf.contrib.learn's texts as word numbers, as TensorFlow 1.15.5 numbers them; the names of modes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import scopeflow as tf

DOCUMENTS = ["the cat sat on the mat", "The dog, isn't it well-known? USA FooBar", "mat 42 cat", ""]
preprocessing = tf.contrib.learn.preprocessing


def numbers(processor: object, documents: list[str]) -> list[list[int]]:
    """The sequences of some documents."""
    return np.array(list(processor.transform(documents))).tolist()


def test_words_are_numbered_as_they_are_met() -> None:
    """0 fills up, and stands for what is cut off."""
    processor = preprocessing.VocabularyProcessor(6)
    found = np.array(list(processor.fit_transform(DOCUMENTS)))
    assert found.dtype == np.int64 and len(processor.vocabulary_) == 15
    assert found.tolist() == [[1, 2, 3, 4, 1, 5], [6, 7, 8, 9, 10, 11], [5, 14, 2, 0, 0, 0], [0] * 6]
    assert list(processor.reverse(found))[1] == "The dog isn't it well-known USA"


def test_rare_words_are_unknown(tmp_path: Path) -> None:
    """Kept words are numbered by frequency; a saved processor does the same."""
    processor = preprocessing.VocabularyProcessor(4, min_frequency=1).fit(DOCUMENTS)
    assert numbers(processor, DOCUMENTS) == [[3, 1, 0, 0], [0] * 4, [2, 0, 1, 0], [0] * 4]
    assert numbers(processor, ["unseen cat the"]) == [[0, 1, 3, 0]]
    processor.save(str(tmp_path / "vocabulary"))
    assert numbers(preprocessing.VocabularyProcessor.restore(str(tmp_path / "vocabulary")), DOCUMENTS) == numbers(processor, DOCUMENTS)


def test_categories() -> None:
    """A frozen vocabulary gives 0 for what it does not know."""
    vocabulary = preprocessing.CategoricalVocabulary()
    assert [vocabulary.get(c) for c in "aba"] == [1, 2, 1]
    vocabulary.freeze()
    assert vocabulary.get("z") == 0 and vocabulary.reverse(1) == "a" and len(vocabulary) == 3
    with pytest.raises(ValueError, match="support_reverse"):
        preprocessing.CategoricalVocabulary(support_reverse=False).reverse(1)


def test_modes() -> None:
    """The modes' names are TensorFlow's."""
    keys = tf.contrib.learn.ModeKeys
    assert (keys.TRAIN, keys.EVAL, keys.INFER, tf.estimator.ModeKeys.PREDICT) == ("train", "eval", "infer", "infer")
    with pytest.raises(ValueError, match="Invalid mode"):
        keys.validate("test")
