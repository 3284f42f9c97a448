import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.runs import ColumnResult
from scanners.declared import plain_type
from scanners.wire import TEXT_RULES


@pytest.mark.parametrize(
    "declared",
    [
        "numeric(10, 2)",
        "timestamp(6) with time zone",
        "text[]",
        "character varying(40)",
        "DOUBLE PRECISION",
        "UNSIGNED BIGINT",
        "NATIONAL CHARACTER(70)",
    ],
)
def test_types_that_are_known_are_told(declared: str) -> None:
    assert plain_type(declared) == declared


@pytest.mark.parametrize(
    "declared",
    [
        "ENUM('Jane','John')",
        "Maria Gonzalez",
        "Vorlim Brandt(9)",
        "varchar(219099998)",
        "char(212, 5550134)",
        "text 'Vorlim'",
        "public.vorlim_kind",
        "na\u00efve\u202etype",
        "text " * 30,
        "",
    ],
)
def test_everything_else_is_left_out(declared: str) -> None:
    assert plain_type(declared) == ""


@given(st.text(alphabet="varchint (),.[]0129_-'\u202e", max_size=70))
def test_whatever_is_told_may_cross(declared: str) -> None:
    assert TEXT_RULES[ColumnResult, "declared_type"].fullmatch(plain_type(declared))
