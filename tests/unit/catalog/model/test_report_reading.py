"""How one version of a report differs from one before it: an oracle by sets, and cases worked out by hand."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.report_form import Element
from catalog.model.report_reading import between, said_in_words
from catalog.model.report_said import ReportContent, SaidItem

_ITEM = SaidItem("k", Element.TYPES, "", "Name", (), "", "records", (), "", "", "", ())


def item(key: str, text: str = "", **more: object) -> SaidItem:
    return replace(_ITEM, key=key, label=f"The item {key}", text=text, **more)  # type: ignore[arg-type]  # any field


def content(*items: SaidItem) -> ReportContent:
    day = date(2026, 7, 31)
    return ReportContent(1, "2018", "DSS", "Social Services", "DSS", day, day, day, None, (), items, ())


def test_what_is_new_changed_and_gone() -> None:
    before = content(item("a", "as it was"), item("b", "stays"), item("c", "goes"))
    after = content(item("d", "comes"), item("b", "stays"), item("a", "as it is"))
    assert [(one.key, one.since, one.before, one.after) for one in between(before, after)] == [
        ("d", "new", "", "comes"),
        ("a", "changed", "as it was", "as it is"),
        ("c", "gone", "goes", ""),
    ]


def test_where_words_come_from_is_no_change_and_what_is_said_of_them_is() -> None:
    was = item("a", "so", fields=(("Collected", "yes"),))
    assert between(content(was), content(replace(was, origin="written", sources=()))) == ()
    for other in (
        replace(was, fields=(("Collected", "no"),)),
        replace(was, explained="It is paper"),
        replace(was, marks=("Found, not declared",)),
        replace(was, withheld="investigation"),
        replace(was, withheld_words="An inquiry"),
    ):
        assert [one.since for one in between(content(was), content(other))] == ["changed"]


def test_a_change_says_whether_it_was_or_is_withheld() -> None:
    plain, hidden = item("a", "so"), item("a", "so", withheld="investigation")
    for before, after in ((plain, hidden), (hidden, plain), (hidden, replace(hidden, text="else"))):
        assert [one.withheld for one in between(content(before), content(after))] == [True]
    assert [one.withheld for one in between(content(hidden), content())] == [True]
    assert [one.withheld for one in between(content(), content(plain))] == [False]


def test_all_that_an_item_says_is_told_in_words() -> None:
    one = item("a", "Why.", fields=(("Collected", "yes"), ("Kept", "")), explained="It is paper")
    assert said_in_words(one) == "Collected: yes\nWhy.\nExplained: It is paper"
    assert said_in_words(item("a")) == ""


versions = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["", "x", "y"]))


@given(versions, versions)
def test_by_sets(before: dict[str, str], after: dict[str, str]) -> None:
    one, other = (content(*(item(key, text) for key, text in of.items())) for of in (before, after))
    found = {change.key: change.since for change in between(one, other)}
    expected = dict.fromkeys(before.keys() - after.keys(), "gone") | dict.fromkeys(after.keys() - before.keys(), "new")
    expected |= {key: "changed" for key in before.keys() & after.keys() if before[key] != after[key]}
    assert found == expected
    assert between(one, one) == ()
