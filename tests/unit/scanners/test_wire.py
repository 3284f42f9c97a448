import dataclasses
import json
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import SkipReason
from catalog.model.coverage import Look, SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from catalog.model.holdings import Band, DatasetKind, DatasetRef, Magnitude
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset, SafeName
from catalog.ports import Check
from scanners import wire

counts = st.integers(0, 10**9)
codes = st.sampled_from(["SSN", "NAME", "ADDR_HOME", "SSN_LAST4"])
shares = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(lambda three: Share(*sorted(three)))
evidence = st.builds(
    Evidence,
    type_code=codes,
    kind=st.sampled_from(EvidenceKind),
    clue=st.from_regex(r"[a-z0-9 _.,:;'()/+%-]{1,80}", fullmatch=True),
    weight=st.floats(-1, 1),
    form=st.sampled_from(Form),
    looked_at=counts,
    agreed=counts,
    distinct=counts,
    by_chance=st.floats(0, 1),
)
findings = st.builds(
    Finding,
    type_code=codes,
    form=st.sampled_from(Form),
    strength=st.floats(0, 1),
    share=shares,
    without_name=st.floats(0, 1),
    evidence=st.lists(evidence, max_size=3).map(tuple),
)
plain_names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200).map(
    lambda text: SafeName(text, text, withheld=False)
)
withheld_names = st.just(SafeName("name withheld (Aaaa Aa+)", "hmac:" + "0" * 32, withheld=True))
columns = st.builds(
    ColumnResult,
    name=plain_names | withheld_names,
    position=counts,
    declared_type=st.sampled_from(["", "VARCHAR(20)", "numeric(10, 2)", "text[]"]),
    comment=st.sampled_from(["", "Date the case was opened", "description withheld"]),
    nullable=st.none() | st.booleans(),
    in_key=st.booleans(),
    values_looked_at=counts,
    empty=st.sampled_from(Band),
    distinct=st.sampled_from(Band),
    shapes=st.sampled_from([(), ("999-99-9999",), ("Aa+ Aaaa", "9+")]),
    findings=st.lists(findings, max_size=2).map(tuple),
    amount=st.sampled_from(Magnitude),
)
results = st.builds(
    DatasetResult,
    look=st.sampled_from(Look),
    reason=st.none() | st.sampled_from(SkipReason),
    rows_looked_at=counts,
    rows_total=st.none() | counts,
    method=st.none() | st.sampled_from(SampleMethod),
    seed=st.integers(0, 2**63 - 1),
    detector=st.sampled_from(["", "2026.1", "rules-3+names"]),
    columns=st.lists(columns, max_size=3).map(tuple),
)

SAMPLE = DatasetResult(
    look=Look.SCANNED,
    reason=None,
    rows_looked_at=10,
    rows_total=None,
    method=SampleMethod.ALL_ROWS,
    seed=1,
    detector="d1",
    columns=(
        ColumnResult(
            name=SafeName("ssn", "ssn", withheld=False),
            position=0,
            declared_type="text",
            comment="",
            nullable=None,
            in_key=False,
            values_looked_at=10,
            empty=Band.NONE,
            distinct=Band.ALL,
            shapes=("999-99-9999",),
            findings=(
                Finding(
                    "SSN",
                    Form.FULL,
                    0.9,
                    Share(0.8, 0.9, 1.0),
                    0.7,
                    (Evidence("SSN", EvidenceKind.NAME, "ssn", 0.9),),
                ),
            ),
        ),
    ),
)


def through_json(value: object) -> Any:
    return json.loads(json.dumps(wire.dump(value)))


@given(results)
@settings(deadline=None)
def test_every_result_arrives_as_it_was_sent(result: DatasetResult) -> None:
    assert wire.load(DatasetResult, through_json(result)) == result


def test_references_arrive_whole_whatever_their_names_hold() -> None:
    ref = DatasetRef("caf\udce9\n\x00.csv", "\u202ename", DatasetKind.FILE, key="k", row_estimate=-1)
    assert wire.load(DatasetRef, through_json(ref)) == ref


def change(path: str, value: object) -> Any:
    data = through_json(SAMPLE)
    *parents, last = path.split(".")
    place = data
    for step in parents:
        place = place[int(step) if step.isdecimal() else step]
    place[int(last) if last.isdecimal() else last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sample_values", ["219-09-9998"]),
        ("columns.0.findings.0.evidence.0.value", "219-09-9998"),
        ("columns.0.findings.0.evidence.0.clue", "Jane Smith"),
        ("columns.0.findings.0.evidence.0.clue", "x" * 81),
        ("columns.0.findings.0.evidence.0.weight", 2.0),
        ("columns.0.findings.0.evidence.0.weight", float("nan")),
        ("columns.0.findings.0.type_code", "Jane Smith"),
        ("columns.0.findings.0.strength", "0.9"),
        ("columns.0.findings.0.strength", True),
        ("columns.0.findings.0.share.low", 0.99),
        ("columns.0.shapes.0", "219-09-9998"),
        ("columns.0.shapes.0", "Jane"),
        ("columns.0.shapes", "999"),
        ("columns.0.name.text", "a\nb"),
        ("columns.0.name.text", "x" * 202),
        ("columns.0.name.withheld", True),
        ("columns.0.name.withheld", 1),
        ("columns.0.declared_type", "ENUM('Jane','John')"),
        ("columns.0.comment", "\u202e"),
        ("columns.0.position", 1.5),
        ("columns.0", None),
        ("columns", {}),
        ("columns", [None] * 20_001),
        ("look", "glanced"),
        ("look", []),
        ("reason", ""),
        ("detector", "Jane <b>"),
        ("rows_looked_at", 2**63),
        ("rows_looked_at", None),
    ],
)
def test_what_was_not_agreed_is_refused_without_being_repeated(path: str, value: object) -> None:
    with pytest.raises(wire.WireError) as caught:
        wire.load(DatasetResult, change(path, value))
    assert "Jane" not in str(caught.value)
    assert "219" not in str(caught.value)


def test_a_missing_field_is_refused() -> None:
    data = through_json(SAMPLE)
    del data["seed"]
    with pytest.raises(wire.WireError):
        wire.load(DatasetResult, data)


def test_a_withheld_name_may_tell_nothing() -> None:
    for told in (
        SafeName("name withheld (Jane)", "hmac:" + "0" * 32, withheld=True),
        SafeName("name withheld (Aaaa)", "Jane", withheld=True),
    ):
        with pytest.raises(wire.WireError):
            wire.load(SafeName, through_json(told))


def test_what_has_no_place_on_the_wire_is_not_sent() -> None:
    with pytest.raises(wire.WireError):
        wire.dump(object())


def text_fields(kind: type, seen: set[type]) -> set[tuple[type, str]]:
    found: set[tuple[type, str]] = set()
    if kind in seen or not dataclasses.is_dataclass(kind):
        return found
    seen.add(kind)
    for name, hint in get_type_hints(kind).items():
        parts = {hint, *get_args(hint)}
        found |= {(kind, name)} if str in parts else set()
        for part in parts:
            if isinstance(part, type):
                found |= text_fields(part, seen)
    return found


def test_every_text_that_may_cross_has_a_rule() -> None:
    seen: set[type] = set()
    crossing = set[tuple[type, str]]()
    for kind in (DatasetResult, ListedDataset, Check, DatasetRef, wire.Fault, wire.Listed, wire.Unlisted):
        crossing |= text_fields(kind, seen)
    assert crossing == set(wire.TEXT_RULES)
