"""Texts as sequences of word numbers: tokens, a vocabulary, and the processor that makes both from documents."""

from __future__ import annotations

import collections
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ...graph.public import public

#: words: capitals together, words within CamelCase, runs of letters, digits, apostrophes and hyphens
_TOKEN = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)
_UNKNOWN = "<UNK>"


@public("contrib.learn.preprocessing.tokenizer")
def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """The words of each text."""
    for value in iterator:
        yield _TOKEN.findall(value)


@public("contrib.learn.preprocessing.CategoricalVocabulary")
class CategoricalVocabulary:
    """Numbers for categories, in the order in which they are met; 0 is the unknown one.

    Args:
      unknown_token: what 0 stands for.
      support_reverse: keep what is needed for `reverse`.
    """

    def __init__(self, unknown_token: str = _UNKNOWN, support_reverse: bool = True):
        self._unknown_token = unknown_token
        self._mapping: dict[Any, int] = {unknown_token: 0}
        self._support_reverse = support_reverse
        self._reverse_mapping: list[Any] = [unknown_token]
        self._freq: dict[Any, int] = collections.defaultdict(int)
        self._freeze = False

    def __len__(self) -> int:
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """From now on categories that are not known get 0."""
        self._freeze = freeze

    def get(self, category: Any) -> int:
        """The category's number; a new one if it has none, 0 if the vocabulary is frozen."""
        found = self._mapping.get(category)
        if found is not None:
            return found
        if self._freeze:
            return 0
        found = self._mapping[category] = len(self._mapping)
        if self._support_reverse:
            self._reverse_mapping.append(category)
        return found

    def add(self, category: Any, count: int = 1) -> None:
        """Counts the category, once more or `count` times more."""
        number = self.get(category)
        if number > 0:
            self._freq[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Keeps the categories met more than `min_frequency` times (and fewer than `max_frequency`), the most frequent first."""
        by_name = sorted(self._freq.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        by_count = sorted(by_name, key=lambda item: item[1], reverse=True)
        self._mapping = {self._unknown_token: 0}
        self._reverse_mapping = [self._unknown_token]
        kept = {}
        for category, count in by_count:
            if count <= min_frequency or (max_frequency > 0 and count >= max_frequency):
                continue
            self._mapping[category] = len(self._mapping)
            self._reverse_mapping.append(category)
            kept[category] = count
        self._freq = collections.defaultdict(int, kept)

    def reverse(self, class_id: int) -> Any:
        """The category of a number. Raises ValueError without `support_reverse`."""
        if not self._support_reverse:
            raise ValueError("This vocabulary wasn't initialized with support_reverse to support reverse() function.")
        return self._reverse_mapping[class_id]


@public("contrib.learn.preprocessing.VocabularyProcessor", "contrib.learn.python.learn.preprocessing.text.VocabularyProcessor")
class VocabularyProcessor:
    """Turns documents into sequences of word numbers, int64 [max_document_length], cut off or filled up with 0.

    Args:
      max_document_length: numbers in a sequence.
      min_frequency: words met no more often are unknown.
      vocabulary: a CategoricalVocabulary to use.
      tokenizer_fn: function of an iterator of texts that gives the words of each.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: CategoricalVocabulary | None = None,
        tokenizer_fn: Callable[..., Any] | None = None,
    ):
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> VocabularyProcessor:
        """Learns the words of the documents; afterwards the vocabulary is frozen."""
        for tokens in self._tokenizer(raw_documents):
            for token in tokens:
                self.vocabulary_.add(token)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents: Iterable[str], unused_y: Any = None) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        documents = list(raw_documents)
        self.fit(documents)
        return self.transform(documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray]:
        """A sequence of word numbers for each document."""
        for tokens in self._tokenizer(raw_documents):
            numbers = np.zeros(self.max_document_length, np.int64)
            for i, token in enumerate(tokens[: self.max_document_length]):
                numbers[i] = self.vocabulary_.get(token)
            yield numbers

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """The words of each sequence, with blanks between them."""
        for numbers in documents:
            yield " ".join(self.vocabulary_.reverse(n) for n in numbers)

    def save(self, filename: str) -> None:
        """Writes the processor to a file (as a pickle)."""
        with open(filename, "wb") as f:
            f.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> VocabularyProcessor:
        """The processor in a file. As with any pickle, the file must be one's own."""
        with open(filename, "rb") as f:
            return pickle.loads(f.read())
