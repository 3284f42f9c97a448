"""Which column is which: by key, by name, by the single best match, or nobody's."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.holdings import Band
from catalog.model.identity import Face, Trait, alike_names, key_within, likeness, matches, plain_shapes

SSN = frozenset({"999-99-9999"})
PHONE = frozenset({"(999) 999-9999"})


def face(name: str, position: int = 0, *, key: str = "", shapes: frozenset[str] = frozenset(), **rest: bool) -> Face:
    return Face(key or name, name, False, position, "text", Band.FEW, Band.MOST, shapes, **rest)  # type: ignore[misc]  # flags only


def found(known: Sequence[Face], now: Sequence[Face]) -> dict[str, str]:
    """The same by name, new to old."""
    return {now[new].name: known[old].name for new, old in matches(known, now).items()}


def test_the_engines_key_says_it_whatever_the_name() -> None:
    known = [face("ssn", 0, key="oid:1/attnum:1"), face("phone", 1, key="oid:1/attnum:2")]
    now = [face("phone", 0, key="oid:1/attnum:1"), face("ssn", 1, key="oid:1/attnum:2")]
    assert found(known, now) == {"phone": "ssn", "ssn": "phone"}


def test_an_engines_number_means_nothing_in_a_table_made_again() -> None:
    known = [face("ssn", 0, key=key_within("oid:1", "attnum:1", "ssn")), face("a", 1, key="oid:1/attnum:2")]
    now = [face("a", 0, key=key_within("oid:7", "attnum:1", "a")), face("ssn", 1, key="oid:7/attnum:2")]
    assert found(known, now) == {"a": "a", "ssn": "ssn"}
    assert found(known, [face("other", 0, key=key_within("oid:7", "attnum:1", "other"))]) == {}


def test_keys_that_are_names_or_hashes_of_names_outlive_their_table() -> None:
    assert key_within("clients", "ssn", "ssn") == "ssn"
    assert key_within("clients", "attnum:3", "attnum:3") == "attnum:3", "a column may be called so"
    assert key_within("oid:1", "hmac:0af3", "name withheld (Aaaa)") == "hmac:0af3"
    assert key_within("oid:1", "attnum:3.email", "profile.email") == "oid:1/attnum:3.email"


def test_a_column_dropped_and_another_added_under_its_name_are_the_same() -> None:
    assert found([face("ssn", key="oid:1/attnum:1", shapes=SSN)], [face("ssn", key="oid:1/attnum:9", shapes=PHONE)])


def test_a_name_two_columns_had_is_nobodys_unless_one_of_them_was_there() -> None:
    gone = [face("ssn", 5, key="a", is_live=False), face("ssn", 6, key="b", is_live=False)]
    assert matches(gone, [face("ssn", 0, key="c")]) == {}
    assert matches([*gone, face("ssn", 7, key="d")], [face("ssn", 0, key="c")]) == {0: 2}
    assert matches(gone[:1], [face("ssn", 0, key="c")]) == {0: 0}, "what returns is known again"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("client_ssn", "ClientSSN"),
        ("ssn", "social_security_number"),
        ("date_of_birth", "dob"),
        ("first_name", "fname"),
        ("client_id", "clnt_id"),
        ("phone", "home_phone"),
        ("addr_line_1", "address_line_1"),
    ],
)
def test_a_column_renamed_where_it_stands_is_recognised(old: str, new: str) -> None:
    known = [face("code", 0), face(old, 1, shapes=SSN), face("note", 2)]
    assert found(known, [face("code", 0), face(new, 1, shapes=SSN), face("note", 2)])[new] == old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ssn", "tax_ref"),
        ("home_phone", "work_phone"),
        ("phone_1", "phone_2"),
        ("race", "gender"),
        ("phone", "phone_2"),
    ],
)
def test_another_name_is_another_column_however_alike_the_rest(old: str, new: str) -> None:
    known = [face("code", 0), face(old, 1, shapes=SSN), face("note", 2)]
    assert new not in found(known, [face("code", 0), face(new, 1, shapes=SSN), face("note", 2)])


def test_what_could_be_either_of_two_is_neither() -> None:
    one, two = face("client_phone", 1), face("clnt_phone", 1)
    assert matches([face("phone", 1)], [one, two]) == {}
    assert matches([one, two], [face("phone", 1)]) == {}


def test_what_is_gone_for_longer_may_be_meant_and_is_not_guessed() -> None:
    gone = face("clnt_phone", 1, is_live=False)
    assert matches([gone], [face("client_phone", 1)]) == {}
    assert matches([gone, face("phone_client", 1)], [face("client_phone", 1)]) == {}


def test_a_withheld_name_is_known_by_its_key_alone() -> None:
    one = replace(face("name withheld (Aaaa Aaaa)", 1, key="hmac:1"), name_withheld=True)
    other = replace(one, key="hmac:2")
    assert matches([one], [other]) == {}
    assert matches([one], [one]) == {0: 0}


def test_so_many_changes_that_likeness_says_nothing_are_left_alone() -> None:
    known = [face(f"column{'x' * i}", i) for i in range(250)]
    assert matches(known, [face(f"Column_{'X' * i}", i) for i in range(250)]) == {}


def test_reasons_are_told_weightiest_first() -> None:
    alike = likeness(face("ssn", 3, shapes=SSN), face("ssn_no", 3, shapes=SSN))
    assert alike.traits[:3] == (Trait.NAME, Trait.SHAPES, Trait.TYPE)
    assert likeness(face("ssn", 3, shapes=SSN), face("phone", 30, shapes=PHONE)).traits == (
        Trait.TYPE,
        Trait.EMPTY,
        Trait.DISTINCT,
    )


def test_shapes_are_compared_without_their_shares() -> None:
    assert plain_shapes(["999-99-9999 97%", "AAA"]) == {"999-99-9999", "AAA"}


def test_names_are_alike_both_ways() -> None:
    for one, other in (("dob", "date_of_birth"), ("phone", "home phone"), ("a", "b"), ("", "x")):
        assert alike_names(one, other) == alike_names(other, one)


_NAMES = st.sampled_from(
    ["ssn", "SSN", "ssn_no", "soc_sec_no", "phone", "Phone", "home_phone", "phone_1", "dob", "date_of_birth", "x"]
)
_FACES = st.lists(
    st.builds(
        Face,
        st.integers(0, 12).map(lambda number: f"oid:1/attnum:{number}"),
        _NAMES,
        st.booleans(),
        st.integers(0, 12),
        st.sampled_from(["text", "integer"]),
        st.none() | st.sampled_from(Band),
        st.none() | st.sampled_from(Band),
        st.sampled_from([frozenset[str](), SSN, PHONE]),
        st.booleans(),
    ),
    max_size=9,
    unique_by=lambda one: one.key,
)
_NOW = _FACES.map(lambda several: [replace(one, is_live=True, position=i) for i, one in enumerate(several)])
_KNOWN = _FACES.map(lambda several: [replace(one, position=i) for i, one in enumerate(several)])


@given(_KNOWN, _NOW)
def test_each_known_column_is_matched_at_most_once(known: list[Face], now: list[Face]) -> None:
    pairs = matches(known, now)
    assert len(set(pairs.values())) == len(pairs)
    assert all(pairs[new] == known.index(old) for new, one in enumerate(now) for old in known if old.key == one.key)


@given(_KNOWN, _NOW, st.randoms(use_true_random=False))
def test_the_order_they_come_in_is_irrelevant(known: list[Face], now: list[Face], chance: object) -> None:
    before = {(now[new].key, known[old].key) for new, old in matches(known, now).items()}
    chance.shuffle(known)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not say
    chance.shuffle(now)  # type: ignore[attr-defined]  # the same
    assert {(now[new].key, known[old].key) for new, old in matches(known, now).items()} == before


@given(_KNOWN, _NOW, st.integers(0, 8))
def test_a_twin_makes_a_match_by_likeness_ambiguous(known: list[Face], now: list[Face], place: int) -> None:
    """Neither a second column just like the old one, nor one just like the new one, may be passed over."""
    for new, old in matches(known, now).items():
        if known[old].key == now[new].key or known[old].name == now[new].name:
            continue
        assert new not in matches([*known, replace(known[old], key="oid:1/attnum:99")], now)
        assert old not in matches(known, [*now, replace(now[new], key="oid:1/attnum:99")]).values()


@given(_KNOWN, _NOW)
def test_what_comes_back_after_a_while_is_known_by_key_or_name_alone(known: list[Face], now: list[Face]) -> None:
    for new, old in matches(known, now).items():
        assert known[old].is_live or known[old].key == now[new].key or known[old].name == now[new].name


@given(_KNOWN)
def test_nothing_changed_is_everything_recognised(known: list[Face]) -> None:
    assert matches(known, [replace(one, is_live=True) for one in known]) == {i: i for i in range(len(known))}
