"""No agency is shown to another: a small walk through a city all of whose texts are canaries.

The proof `matrix` asks for everything.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import String

from catalog.store.metadata import metadata
from catalog.store.types import Options, Texts, Word
from tests.support.isolation import Visitors
from tests.support.planting import OF_NOBODY, OWN, PARTNER, SEALED, STRANGER, plant
from tests.support.walks import (
    Walk,
    foreign_like_missing,
    foreign_words_like_missing,
    growth_unseen,
    hidden_like_missing,
    read_everything,
)
from tests.web.test_matrix import POSTS

#: Enough to tell agency from agency, city from city, and what two roles may do together.
WHO = ("officer", "steward", "researcher", "operator", "officer, and steward of C")
ROWS = 3
#: Columns that hold words of the program, not of people or sources, or nothing at all.
OUR_WORDS = frozenset(
    {
        "agencies.kind", "sources.kind", "schedules.days", "runs.view", "datasets.view",
        "outcomes.types_new", "outcomes.types_gone", "differences.types", "differences.others", "differences.key",
        "differences.facts", "resolutions.key", "resolutions.facts", "policy_rules.party_kinds",
        "review_items.group_key", "review_items.band", "review_items.version", "review_groups.group_key",
        "review_totals.group_key", "division_tasks.tasks", "report_entries.item_key", "frozen_reports.content_hash",
        "quarterly_reports.content_hash",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    planted = plant(tmp_path_factory.mktemp("planted"), ROWS)
    yield Visitors(planted, WHO)
    planted.catalog.close()


def test_every_text_of_every_table_is_planted_for_every_agency(visitors: Visitors) -> None:
    words = visitors.planted.canaries.words.values()
    planted = {(told.agency, told.place) for told in words}
    texts = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if table.name not in OF_NOBODY | SEALED
        for column in table.columns
        if isinstance(column.type, String | Texts | Options)
        and not isinstance(column.type, Word)
        and not column.foreign_keys
        and column.name != "type_codes"
    }
    missing = {(agency, place) for agency in (OWN, PARTNER, STRANGER) for place in texts - OUR_WORDS} - planted
    assert not missing


def test_nobody_is_shown_what_is_not_theirs(visitors: Visitors) -> None:
    tally = read_everything(visitors, Walk(keys=1, queries=2, seed=1))
    assert tally.told() == "none"
    assert tally.statuses[200] > 200
    assert len(tally.shown) > 80, "what is not shown to anybody proves nothing"


def test_what_is_foreign_is_answered_as_what_is_not_there(visitors: Visitors) -> None:
    forms = {endpoint: change.data for endpoint, change in POSTS.items()}
    assert foreign_like_missing(visitors, 1, forms).told() == "none"
    assert hidden_like_missing(visitors).told() == "none"
    assert foreign_words_like_missing(visitors, 3, seed=2).told() == "none"


def test_no_count_tells_how_much_another_agency_holds(
    visitors: Visitors, tmp_path_factory: pytest.TempPathFactory
) -> None:
    grown = plant(tmp_path_factory.mktemp("grown"), ROWS, more=ROWS)
    tally = growth_unseen(visitors, Visitors(grown, WHO), Walk(keys=1, queries=1, seed=3))
    grown.catalog.close()
    assert tally.told() == "none"
    assert tally.answers > 50
