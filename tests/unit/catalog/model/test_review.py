"""Which columns are alike, and what a decision on them is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.identifiers import Tier
from catalog.model.review import (
    LEAST_UNCERTAINTY,
    family,
    group_key,
    likelihood,
    normal_name,
    value,
    version,
)

STRENGTHS = st.floats(0.0, 1.0, allow_nan=False)
COUNTS = st.integers(0, 1_000)


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (("CLIENT_SSN", "client_ssn2", "clientSsn", "Client SSN", "client-ssn_03"), "client ssn"),
        (("street", "STREET1", "street_2"), "street"),
        (("2019", "2019"), "2019"),
        (("Größe", "GROSSE"), "grosse"),
        (("___", "", "--"), ""),
    ],
)
def test_names_of_the_same_words_are_alike_whatever_their_numbers(names: tuple[str, ...], alike: str) -> None:
    assert {normal_name(name) for name in names} == {alike}


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=4), st.integers(0, 99))
def test_a_name_is_as_alike_with_a_number_and_in_capitals(words: list[str], number: int) -> None:
    plain = " ".join(words)
    assert normal_name("_".join(words)) == normal_name(f"{'_'.join(words).upper()}_{number}") == plain
    assert normal_name(plain) == plain


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("VARCHAR(20)", "text"), ("nvarchar", "text"), ("string", "text"), ("CLOB", "text"), ("DATE", "date"),
        ("timestamp with time zone", "date"), ("int8", "number"), ("NUMERIC(9,0)", "number"), ("money", "number"),
        ("blob", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_declared_types_have_a_family(declared: str, expected: str) -> None:
    assert family(declared) == expected


def test_a_key_is_of_name_family_and_type_whichever_the_column() -> None:
    known = group_key("client ssn", "text", "SSN", 1)
    assert len(known) == 20
    assert known == group_key("client ssn", "text", "SSN", 2)
    others = {
        group_key("client ssn", "number", "SSN", 1),
        group_key("client ssn", "text", "NAME", 1),
        group_key("client", "text", "SSN", 1),
        group_key("1", "text", "SSN", 1),
    }
    assert len(others | {known}) == 5


@pytest.mark.parametrize("name", ["", "column", "col", "unnamed column", "field", "f", "c"])
def test_what_nobody_named_is_alike_to_nothing(name: str) -> None:
    assert group_key(name, "text", "SSN", 1) != group_key(name, "text", "SSN", 2)
    assert group_key(name, "text", "SSN", 1) == group_key(name, "text", "SSN", 1)


@given(STRENGTHS, COUNTS, COUNTS)
def test_what_people_said_of_alike_columns_moves_what_is_likely_their_way(
    strength: float, confirmed: int, rejected: int
) -> None:
    likely = likelihood(strength, confirmed, rejected)
    assert 0.0 <= likely <= 1.0
    assert likelihood(strength, 0, 0) == pytest.approx(strength)
    assert likelihood(strength, confirmed + 1, rejected) >= likely >= likelihood(strength, confirmed, rejected + 1)


@given(st.sampled_from(Tier), COUNTS, COUNTS, STRENGTHS)
def test_a_decision_is_worth_more_the_more_harm_columns_and_doubt(
    tier: Tier, columns: int, again: int, likely: float
) -> None:
    again = min(again, columns)
    worth = value(tier, columns, again, likely)
    assert value(tier, columns + 1, again, likely) > worth
    assert value(Tier.RESTRICTED, columns, again, likely) >= worth
    assert value(tier, columns, again, 0.5) >= worth >= LEAST_UNCERTAINTY * columns - 1e-9
    assert value(tier, columns, columns, likely) == max(int(tier), 1) * columns
    assert value(tier, columns, again, 1 - likely) == pytest.approx(worth)


def test_a_version_moves_with_evidence_decisions_and_what_is_put_off() -> None:
    seen = [version("full:high", None), version("full:low", None), version("full:high", 1), version("full:high", 1, 2)]
    assert len(set(seen)) == len(seen)
    assert version("full:high", 0, 0) == version("full:high", None, None)
