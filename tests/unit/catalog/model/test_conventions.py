import pytest

from catalog.errors import SettingsError
from catalog.model.conventions import About, Convention, Rule, applied, flat, has_all, whole

FACTS = {"name": "Intake", "empty": "", "verb": "collection", "many": ["a", ""], "people": [{"n": "x"}, {"n": ""}]}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("t", "name"), {"t": "Intake"}),
        (Rule("a.b", "name"), {"a": {"b": "Intake"}}),
        (Rule("t", "empty"), {}),
        (Rule("t", "empty", otherwise="Not recorded"), {"t": "Not recorded"}),
        (Rule("t", always="Dataset"), {"t": "Dataset"}),
        (Rule("t", "verb", words={"collection": {"@id": "x:Collect"}}), {"t": {"@id": "x:Collect"}}),
        (Rule("t", "verb", words={"disclosure": "x:Disclose"}), {}),
        (Rule("t", "many"), {"t": ["a"]}),
        (Rule("t", "many", words={"a": "A"}), {"t": ["A"]}),
        (Rule("t", form="mailto:{name}"), {"t": "mailto:Intake"}),
        (Rule("t", form="mailto:{empty}"), {}),
        (Rule("t", "people", each=(Rule("p.q", "n"),)), {"t": [{"p": {"q": "x"}}]}),
        (Rule("t", "name", when="empty"), {}),
        (Rule("t", "name", when="verb"), {"t": "Intake"}),
    ],
)
def test_a_field_says_what_its_rule_says(rule: Rule, expected: object) -> None:
    assert applied([rule], FACTS) == expected


def test_fields_of_one_place_stand_together() -> None:
    assert applied([Rule("a.x", "name"), Rule("a.y", always=1)], FACTS) == {"a": {"x": "Intake", "y": 1}}


def test_gaps_are_filled_once() -> None:
    assert applied([Rule("t", form="{a} {b}")], {"a": "{b}", "b": "c"}) == {"t": "{b} c"}


def test_a_fact_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="no record says it"):
        applied([Rule("t", "nmae")], FACTS)
    with pytest.raises(SettingsError, match="no record says it"):
        applied([Rule("t", form="{nmae}")], FACTS)


def test_a_line_has_a_cell_for_every_field() -> None:
    rules = [Rule("a.b", "name"), Rule("c", "empty"), Rule("d", "people", each=(Rule("p", "n"),)), Rule("e", "many")]
    assert flat(rules, FACTS) == {"a.b": "Intake", "c": "", "d": "x", "e": "a"}


def test_records_stand_below_the_head() -> None:
    convention = Convention("c", "C", "1", "x", About.DATASET, "dataset", {"@type": "Catalog"}, (Rule("t", "name"),))
    assert whole(convention, [FACTS, FACTS]) == {"@type": "Catalog", "dataset": [{"t": "Intake"}, {"t": "Intake"}]}


def test_what_is_left_out_is_said_in_the_head() -> None:
    convention = Convention("c", "C", "1", "x", About.DATASET, "d", {"description": "All."}, (), "Not here: {count}.")
    assert whole(convention, [], 1200) == {"description": "All. Not here: 1,200.", "d": []}
    assert whole(convention, []) == {"description": "All.", "d": []}


def test_a_record_has_all_that_is_needed() -> None:
    assert has_all([Rule("a.b", "name", needed=True), Rule("c", "empty")], FACTS)
    assert not has_all([Rule("a.b", "name"), Rule("c", "empty", needed=True)], FACTS)
