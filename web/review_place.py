"""Where somebody is in the queue of review: what they filter by and how it is ordered; kept in the address alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import url_for

from catalog.services import review_queue
from web import filters
from web.addresses import one_of, page_number
from web.auth import local

#: What decides which groups are listed, beside the words.
_KEYS = tuple(review_queue.FACETS)
#: What an address says of one group, and not of the queue.
_OF_A_GROUP = frozenset({"show", "at", "done"})
#: Every page of review is below this one.
ROOT = "/review"


@dataclass(frozen=True, slots=True)
class Place:
    """A view of the queue.

    Parameters:
        chosen: values by facet, and under ``q`` the words.
        page: of the list of groups.
    """

    chosen: Mapping[str, Sequence[str]]
    order: str
    page: int

    @classmethod
    def asked(cls) -> "Place":
        """That of this request's address."""
        words = filters.words()
        chosen = filters.chosen(_KEYS) | ({"q": [words]} if words else {})
        return cls(chosen, one_of("order", review_queue.ORDERS), page_number())

    @property
    def agency_id(self) -> str | None:
        """The one agency that is chosen; None where none or several are."""
        agencies = self.chosen.get("agency", ())
        return agencies[0] if len(agencies) == 1 else None

    @property
    def words(self) -> str:
        """The words asked for."""
        return next(iter(self.chosen.get("q", ())), "")

    @property
    def is_filtered(self) -> bool:
        """Whether anything is filtered by."""
        return bool(self.chosen)

    def one(self, key: str) -> str:
        """The value chosen of a facet, where there is one."""
        return next(iter(self.chosen.get(key, ())), "")

    def pairs(self, *without: str, page: int | None = None) -> list[tuple[str, str]]:
        """This view as the parts of a query string, without some of them."""
        pairs = [(key, value) for key, values in self.chosen.items() if key not in without for value in values]
        if self.order != review_queue.ORDERS[0] and "order" not in without:
            pairs.append(("order", self.order))
        number = self.page if page is None else page
        return [*pairs, ("page", str(number))] if number > 1 else pairs

    def queue(self, **more: str | int | None) -> str:
        """The address of the queue in this view."""
        return _with(url_for("review.index"), self.pairs(), more)

    def group(self, key: str, **more: str | int | None) -> str:
        """The address of a group in this view."""
        return _with(url_for("review.group", key=key), self.pairs(), more)

    def page_of(self, number: int) -> str:
        """Another page of the queue in this view."""
        return _with(url_for("review.index"), self.pairs(page=number), {})

    def filtered(self, key: str, value: str) -> str:
        """The queue with a facet at this value alone, or at none where it is so already."""
        kept = self.pairs(key, page=1)
        return _with(url_for("review.index"), kept, {} if self.one(key) == value else {key: value})


def below(address: str) -> str:
    """The address if it is one of review here, else that of the queue."""
    path = urlsplit(local(address)).path
    return address if path == ROOT or path.startswith(f"{ROOT}/") else url_for("review.index")


def in_queue(address: str) -> bool:
    """Whether an address is that of the queue or of one of its groups."""
    path = urlsplit(below(address)).path
    return path == ROOT or path.startswith(f"{ROOT}/groups/")


def group_as_in(address: str, key: str) -> str:
    """A group in the view of the queue that an address shows."""
    kept = [pair for pair in parse_qsl(urlsplit(below(address)).query) if pair[0] not in _OF_A_GROUP]
    return _with(url_for("review.group", key=key), kept, {})


def after(address: str, act_id: int) -> str:
    """An address to go on to, which says what was done."""
    parts = urlsplit(below(address))
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "done"]
    # On a narrow page what leads to the queue fills a screen, which one need not pass again after each decision.
    place = "#queue" if in_queue(address) else ""
    return f"{_with(parts.path, kept, {'done': act_id})}{place}"


def _with(path: str, pairs: Sequence[tuple[str, str]], more: Mapping[str, str | int | None]) -> str:
    every = [*pairs, *((key, str(value)) for key, value in more.items() if value is not None)]
    return f"{path}?{urlencode(every)}" if every else path
