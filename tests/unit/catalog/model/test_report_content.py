"""What is signed, in one form; and what of it the public is told, of which nothing that is withheld is left."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import RequestError
from catalog.model.cycles import Cycle, CycleState
from catalog.model.report_answers import Answer, Origin, Since
from catalog.model.report_content import content, gone, header, in_words, public
from catalog.model.report_entries import EntryKind, WithholdReason
from catalog.model.report_facts import Facts, PersonFact
from catalog.model.report_form import Element
from catalog.model.report_items import SourceKind
from catalog.model.report_said import ReportContent, SaidChange, SaidItem, SaidSource
from catalog.services.report_contents import decode, digest, encode
from tests.support.builders import an_agency
from tests.support.report_sayings import Talk, a_content, a_said, an_item

CYCLE = Cycle(
    3, "dso", date(2026, 8, 1), date(2028, 7, 31), date(2028, 7, 31), CycleState.APO_REVIEW, "", None, None, ""
)
ANA = PersonFact("apo", "Ana Ruiz", "Agency privacy officer", "ana@shelter.example")
FACTS = Facts(an_agency(), CYCLE.period_from, CYCLE.period_to, date(2028, 7, 10), officers=(ANA,))
TICKS = (("Collected", "Yes"), ("Retained", "No"))
NAME, WHY = "types/NAME", "why_collect/activity:17"


def made(answers: tuple[Answer, ...], last: ReportContent | None = None, facts: Facts = FACTS) -> ReportContent:
    return content(CYCLE, facts, answers, form_edition="2026", last=last, preparer=ANA)


# The head


def test_the_head_names_everything_with_where_it_comes_from() -> None:
    told = {name: (words, source) for name, words, source in header(CYCLE, FACTS, ANA)}
    assert {name: words for name, (words, _) in told.items()} == {
        "Agency": "Department of Shelter",
        "Acronym": "DSO",
        "Agency privacy officer": "Ana Ruiz, Agency privacy officer, ana@shelter.example",
        "Agency head or designee": "Not recorded",
        "Prepared by": "Ana Ruiz, Agency privacy officer, ana@shelter.example",
        "Reporting period": "August 1, 2026 to July 31, 2028",
        "Due on": "July 31, 2028",
        "Date of the report": "July 10, 2028",
        "Contracts in scope": "0, with the party of each under contractors and subcontractors",
    }
    assert all(source for _, source in told.values())


def test_somebody_without_title_and_address_is_named_alone() -> None:
    told = {name: words for name, words, _ in header(CYCLE, FACTS, PersonFact("x", "Lee Wong", "", ""))}
    assert told["Prepared by"] == "Lee Wong"


# What is signed


def test_the_content_says_what_the_answers_say() -> None:
    talk = Talk(an_item(WHY, text="To find a bed.", needs_reason="Why?", marks=("A mark",), group="Intake"))
    talk.say(WHY, EntryKind.WROTE, "To house people.")
    talk.say(WHY, EntryKind.EXPLAINED, "Because.")
    talk.say(WHY, EntryKind.WITHHELD, "Case 7.", reason=WithholdReason.INVESTIGATION)
    told = made(talk.answers)
    assert (told.schema, told.form, told.agency_id, told.period_to, told.last_period_to) == (
        1, "2026", "dso", date(2028, 7, 31), None,
    )  # fmt: skip
    assert told.items == (
        SaidItem(
            WHY, Element.WHY_COLLECT, "Intake", f"Label of {WHY}", (), "To house people.", "written", ("A mark",),
            "Because.", "investigation", "Case 7.", (SaidSource(SourceKind.ACTIVITY, "17", "Intake"),),
        ),
    )  # fmt: skip
    assert told.changes == ()


def test_the_changes_since_the_last_report_are_told_with_what_is_gone() -> None:
    last = a_content(
        a_said(WHY, "Old.", origin="records"), a_said("access/text", "Same."),
        a_said("retention/activity:9", "Kept.", TICKS),
        a_said(NAME, "", TICKS), a_said("divisions/Legal", "Hidden", withheld="investigation"),
    )  # fmt: skip
    talk = Talk(
        an_item(WHY, text="New."), an_item("access/text"), an_item("impact_law/text", text="It binds."), last=last
    )
    told = made(talk.answers, last)
    since = {one.key: (one.since, one.before, one.after, one.withheld) for one in told.changes}
    assert since == {
        NAME: ("gone", "Collected: Yes; Retained: No", "", False),
        WHY: ("changed", "Old.", "New.", False),
        "impact_law/text": ("new", "", "It binds.", False),
        "retention/activity:9": ("gone", "Collected: Yes; Retained: No. Kept.", "", False),
        "divisions/Legal": ("gone", "Hidden", "", True),
    }
    assert told.last_period_to == date(2026, 7, 31)
    assert [one.key for one in gone(talk.answers, last)] == ["retention/activity:9", "divisions/Legal"]
    assert gone(talk.answers, None) == ()


def test_a_change_of_what_is_or_was_withheld_says_so() -> None:
    last = a_content(
        a_said(WHY, "Old.", origin="records", withheld="investigation"), a_said(NAME, "", (("Collected", "No"),))
    )
    talk = Talk(an_item(WHY, text="New."), an_item(NAME, fields=TICKS), last=last)
    assert {one.key: one.withheld for one in made(talk.answers, last).changes} == {WHY: True, NAME: False}
    talk.say(NAME, EntryKind.WITHHELD, "x", reason=WithholdReason.PRIVACY_LAW)
    assert {one.key: one.withheld for one in made(talk.answers, last).changes} == {WHY: True, NAME: True}


def test_what_an_item_says_reads_in_one_line() -> None:
    assert in_words((("Kept", "A year"), ("Basis", "")), "") == "Kept: A year"
    assert in_words((), "Words.") == "Words."
    assert in_words((), "") == ""


# The one form of it

TEXT = st.text(max_size=8)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
DAYS = st.dates()
SOURCES = st.lists(st.builds(SaidSource, st.sampled_from(SourceKind), TEXT, TEXT), max_size=3).map(tuple)
REASONS = st.sampled_from(["", *(one.value for one in WithholdReason)])
ITEMS = st.lists(
    st.builds(
        SaidItem,
        key=TEXT,
        element=st.sampled_from(Element),
        group=TEXT,
        label=TEXT,
        fields=PAIRS,
        text=TEXT,
        origin=st.sampled_from([one.value for one in Origin]),
        marks=st.lists(TEXT, max_size=2).map(tuple),
        explained=TEXT,
        withheld=REASONS,
        withheld_words=TEXT,
        sources=SOURCES,
    ),
    max_size=4,
).map(tuple)
CHANGES = st.lists(
    st.builds(
        SaidChange, TEXT, st.sampled_from(Element), TEXT, st.sampled_from([one.value for one in Since]), TEXT, TEXT,
        TEXT, st.booleans(),
    ),
    max_size=3,
).map(tuple)  # fmt: skip
CONTENTS = st.builds(
    ReportContent,
    schema=st.just(1),
    form=TEXT,
    agency_id=TEXT,
    agency=TEXT,
    acronym=TEXT,
    period_from=DAYS,
    period_to=DAYS,
    due_on=DAYS,
    last_period_to=st.none() | DAYS,
    header=PAIRS,
    items=ITEMS,
    changes=CHANGES,
)


@given(CONTENTS)
def test_the_form_is_read_back_as_what_it_was(said: ReportContent) -> None:
    assert decode(encode(said)) == said


@given(CONTENTS, CONTENTS)
def test_equal_contents_are_equal_bytes_and_others_are_not(one: ReportContent, other: ReportContent) -> None:
    assert encode(one) == encode(replace(one))
    assert (encode(one) == encode(other)) is (one == other)
    assert (digest(encode(one)) == digest(encode(other))) is (one == other)


@given(CONTENTS)
def test_the_form_has_its_keys_in_order_no_blanks_and_days_as_iso(said: ReportContent) -> None:
    text = encode(said)
    told = json.loads(text)
    assert text == json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert told["period_to"] == said.period_to.isoformat()


SOUND = json.loads(encode(a_content(a_said(WHY, "Words."))))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '"schema"',
        json.dumps({**SOUND, "schema": 2}),
        json.dumps({**SOUND, "schema": "1"}),
        json.dumps({**SOUND, "more": 1}),
        json.dumps({name: value for name, value in SOUND.items() if name != "items"}),
        json.dumps({**SOUND, "period_to": "July"}),
        json.dumps({**SOUND, "items": [{**SOUND["items"][0], "element": "nothing"}]}),
        json.dumps({**SOUND, "items": [{**SOUND["items"][0], "more": ""}]}),
    ],
)
def test_what_is_no_content_of_this_schema_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="The content of a report"):
        decode(text)


def test_a_later_schema_is_refused_by_its_number() -> None:
    with pytest.raises(RequestError, match="its schema is 2"):
        decode(json.dumps({**SOUND, "schema": 2}))


def test_the_digest_is_sha_256_of_the_form() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# What the public is told


def test_of_what_is_withheld_its_element_its_group_and_the_reason_are_left() -> None:
    full = a_content(
        a_said("types/A", "first", group="one"),
        a_said(
            "types/B", "second", TICKS, group="one", label="B", marks=("M",), explained="E", withheld="investigation",
            withheld_words="Case 7.",
        ),
        a_said("types/C", "third", group="one"),
        a_said("types/D", "fourth", group="two", withheld="public_safety"),
        a_said(WHY, "fifth"),
    )  # fmt: skip
    told = public(full)
    assert [(one.key, one.group, one.text) for one in told.items] == [
        ("types/A", "one", "first"),
        ("types/C", "one", "third"),
        ("types/withheld:1", "one", ""),
        ("types/withheld:2", "two", ""),
        (WHY, "", "fifth"),
    ]
    assert told.items[2] == SaidItem(
        "types/withheld:1", Element.TYPES, "one", "Withheld", (), "", "none", (), "", "investigation", "", ()
    )
    assert told.items[3].withheld == "public_safety"


def test_people_and_records_behind_what_is_withheld_are_no_sources() -> None:
    person = SaidSource(SourceKind.PERSON, "apo", "Ana Ruiz")
    hidden = SaidSource(SourceKind.ACTIVITY, "7", "Secret inquiry")
    same_number = SaidSource(SourceKind.PROTOCOL, "7", "Chapter 12")
    full = a_content(
        a_said(WHY, "Words", sources=(person, hidden, same_number)),
        a_said(NAME, "", sources=(hidden,), withheld="investigation"),
    )
    assert [one.sources for one in public(full).items] == [(), (same_number,)]


def test_how_many_events_there_were_cannot_be_counted_by_their_links() -> None:
    kinds = (SourceKind.EXIGENT_EVENT, SourceKind.VIOLATION, SourceKind.REQUEST, SourceKind.ACTIVITY)
    one = a_said("exigent_policy/events", sources=tuple(SaidSource(kind, "7", "") for kind in kinds))
    told = public(a_content(one))
    assert [source.kind for source in told.items[0].sources] == [SourceKind.ACTIVITY]


def test_the_last_report_stays_a_source_where_other_words_carried_from_it_are_withheld() -> None:
    before = SaidSource(SourceKind.LAST_REPORT, "7", "Report of 2024 to 2026")
    full = a_content(
        replace(a_said("access/text", "Told."), sources=(before,)),
        replace(a_said("impact_law/text", "Hidden.", withheld="privacy_law"), sources=(before,)),
    )
    (told, _) = public(full).items
    assert (told.text, told.sources) == ("Told.", (before,))


def test_the_public_version_of_what_withholds_nothing_is_the_report() -> None:
    full = a_content(a_said(NAME, "", TICKS, group="one"), a_said(WHY, "Words"))
    assert public(full) == full


@given(CONTENTS)
def test_the_public_version_of_the_public_version_is_itself(said: ReportContent) -> None:
    once = public(said)
    assert public(once) == once


def test_what_is_withheld_is_numbered_as_it_is_told() -> None:
    """Its place among the items would tell whereabouts it was, and a second taking out would number it otherwise."""
    groups = ("one", "two", "one")
    items = [a_said(f"types/T{n}", group=group, withheld="investigation") for n, group in enumerate(groups)]
    once = public(a_content(*items))
    assert [(one.key, one.group) for one in once.items] == [
        ("types/withheld:1", "one"),
        ("types/withheld:2", "one"),
        ("types/withheld:3", "two"),
    ]
    assert public(once) == once


@given(CONTENTS, st.sets(st.integers(0, 3)))
def test_no_word_of_what_is_withheld_is_in_the_public_version(said: ReportContent, hidden: set[int]) -> None:
    """Every word of a withheld item is a canary, wherever the content says it: in the item, in changes, in sources."""

    def canary(number: int, place: str) -> str:
        return f"canary-{number}-{place}-yranac"

    items, changes = [], []
    for number, item in enumerate(said.items):
        is_hidden = number in hidden
        source = SaidSource(SourceKind.ACTIVITY, canary(number, "id"), canary(number, "source"))
        items.append(
            replace(
                item,
                key=canary(number, "key"),
                label=canary(number, "label"),
                fields=((canary(number, "column"), canary(number, "cell")),),
                text=canary(number, "text"),
                marks=(canary(number, "mark"),),
                explained=canary(number, "explained"),
                withheld=WithholdReason.INVESTIGATION.value if is_hidden else "",
                withheld_words=canary(number, "reason") if is_hidden else "",
                # A record behind one item stands behind the one after it as well.
                sources=(source, *(items[-1].sources[:1] if items else ())),
            )
        )
        changes.append(
            SaidChange(
                canary(number, "key"), item.element, canary(number, "label"), "changed", canary(number, "before"),
                canary(number, "after"), canary(number, "explained"), is_hidden,
            )
        )  # fmt: skip
    text = encode(public(replace(said, items=tuple(items), changes=tuple(changes))))
    for number, item in enumerate(items):
        words = (item.key, item.label, item.text, *item.fields[0], *item.marks, item.explained)
        assert all((word in text) is (not item.withheld) for word in words)
        if item.withheld:
            assert f"canary-{number}-" not in text
    assert text.count(WithholdReason.INVESTIGATION.value) >= sum(bool(one.withheld) for one in items)


@given(st.lists(st.booleans(), min_size=1, max_size=4), st.sampled_from(list(WithholdReason)))
def test_what_somebody_withholds_leaves_the_public_version_made_of_answers(
    hidden: list[bool], reason: WithholdReason
) -> None:
    """The same from the answers on: with what the last report said of it, its explanation, and why it is withheld."""
    keys = [f"why_collect/activity:{number}" for number in range(len(hidden))]
    withheld = ("investigation", "")
    last = a_content(*(a_said(key, f"canary-{key}-before", origin="records", withheld=withheld[number % 2])
                       for number, key in enumerate(keys)))  # fmt: skip
    talk = Talk(
        *(an_item(key, text=f"canary-{key}-text", label=f"canary-{key}", needs_reason="Why?", sources=())
          for key in keys),
        last=last,
    )  # fmt: skip
    for key, is_hidden in zip(keys, hidden, strict=True):
        talk.say(key, EntryKind.EXPLAINED, f"canary-{key}-because")
        if is_hidden:
            talk.say(key, EntryKind.WITHHELD, f"canary-{key}-withheld", reason=reason)
    text = encode(public(made(talk.answers, last)))
    for number, (key, is_hidden) in enumerate(zip(keys, hidden, strict=True)):
        assert (f"canary-{key}" in text) is not is_hidden
        was_hidden = not number % 2
        assert (f"canary-{key}-before" in text) is not (is_hidden or was_hidden)
