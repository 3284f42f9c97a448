"""Drivers that are extras: what is said where one is missing, and names as their engines' lexers take them."""

import random
import re
import string
import sys

import pytest

from catalog.errors import SettingsError
from catalog.plugins import load
from connectors.sql import oracle_rows, sqlserver_rows

LETTERS = string.printable + "äÖ田ع\u0301\u202e\U0001f600" + "\"'[]{}`;-/*?:%$" * 5


@pytest.mark.parametrize(
    ("kind", "driver", "distribution"),
    [("duckdb", "duckdb", "duckdb"), ("sqlserver", "mssql_python", "sqlserver"), ("oracle", "oracledb", "oracle")],
)
def test_without_its_driver_a_kind_is_disabled_and_says_what_to_install(
    kind: str, driver: str, distribution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(f"connectors.sql.{kind}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, driver, None)  # type: ignore[arg-type] # so an import finds nothing
    with pytest.raises(SettingsError) as caught:
        load("connectors", kind)
    assert f"disabled because the package {driver} is not installed" in caught.value.cause
    assert f"privacy-catalog[{distribution}]" in caught.value.next_step


def names() -> list[str]:
    chance = random.Random(17)
    return ["".join(chance.choices(LETTERS, k=chance.randrange(1, 40))) for _ in range(1000)]


def test_a_thousand_names_are_one_name_to_sql_server() -> None:
    for name in names():
        quoted = sqlserver_rows.quoted(name)
        assert re.fullmatch(r"\[(?:[^\]]|\]\])*\]", quoted, re.DOTALL)
        assert quoted[1:-1].replace("]]", "]") == name


def test_a_thousand_names_are_one_name_to_oracle_which_has_none_with_a_quotation_mark() -> None:
    for name in names():
        if '"' in name:
            with pytest.raises(ValueError, match="quotation mark"):
                oracle_rows.quoted(name)
        else:
            assert oracle_rows.quoted(name) == f'"{name}"'
