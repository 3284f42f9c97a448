"""The search index in memory: the oracle the other implementations are held against, and enough for tests."""

from collections.abc import Iterable, Iterator, Sequence

from catalog.ports import Document, Hit
from catalog.search import ranking


class MemoryIndex:
    """A ``SearchIndex`` that forgets everything when the process ends."""

    def __init__(self, synonyms: ranking.Synonyms | None = None) -> None:
        self._synonyms = synonyms or {}
        self._terms: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}

    def replace(self, documents: Iterable[Document]) -> None:
        """Add documents, each in place of an earlier one of the same kind and id."""
        self._terms.update({(each.kind, each.id): ranking.terms(each) for each in documents})

    def remove(self, ids: Iterable[tuple[str, str]]) -> None:
        """Forget the documents of these (kind, id) pairs."""
        for key in ids:
            self._terms.pop(key, None)

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Rank documents for ``text``, best first, at most ``limit``."""
        matches = ranking.rank(ranking.Question.of(text), self._look_up, self._synonyms)
        return ranking.best(matches, limit, name_of=lambda key: key)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Forget everything and index these."""
        fresh = {(each.kind, each.id): ranking.terms(each) for each in documents}
        self._terms = fresh

    def _look_up(self, field: str, term: str, begun: bool) -> Iterator[tuple[str, str]]:
        for key, terms in self._terms.items():
            if any(each.startswith(term) if begun else each == term for each in terms[field]):
                yield key
