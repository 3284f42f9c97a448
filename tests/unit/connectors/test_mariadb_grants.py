"""What counts as more than reading, in the words in which servers list grants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sql.mariadb_grants import READING, UNKNOWN, beyond_reading

NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=30) | st.sampled_from(
    ["x` ON `y`.`z` TO `u`@`h`", "), UPDATE (y", "' TO ", 'a" ON *.* TO "b', "WITH GRANT OPTION", "\\'", "`", "''"]
)


def ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT USAGE ON *.* TO `reader`@`%` IDENTIFIED BY PASSWORD '*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9'",
        "GRANT SELECT, SHOW VIEW ON `permits`.* TO `reader`@`%`",
        "GRANT SELECT, SHOW DATABASES, PROCESS ON *.* TO 'reader'@'10.0.0.%' REQUIRE SSL",
        "GRANT SELECT (`a`, `b`) ON `permits`.`t` TO `reader`@`%`",
        "GRANT SHOW_ROUTINE ON *.* TO `reader`@`%`",
        "GRANT `role` TO `reader`@`%`",
        "GRANT `one`@`%`,`two`@`%` TO `reader`@`%`",
        "SET DEFAULT ROLE `role` FOR `reader`@`%`",
        "REVOKE SELECT ON `mysql`.* FROM `reader`@`%`",
    ],
)
def test_what_is_reading(grant: str) -> None:
    assert beyond_reading([grant]) == []


@pytest.mark.parametrize(
    ("grant", "rights"),
    [
        ("GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION", ["ALL PRIVILEGES", "GRANT OPTION"]),
        ("GRANT SELECT, INSERT, FILE ON *.* TO `a`@`%`", ["FILE", "INSERT"]),
        ("GRANT CREATE TEMPORARY TABLES, LOCK TABLES ON `d`.* TO PUBLIC", ["CREATE TEMPORARY TABLES", "LOCK TABLES"]),
        ("GRANT SELECT (`a`), UPDATE (`b`, `c`), DELETE ON `d`.`t` TO `a`@`%`", ["DELETE", "UPDATE"]),
        ("GRANT EXECUTE ON PROCEDURE `d`.`p` TO `a`@`%`", ["EXECUTE"]),
        ("GRANT BACKUP_ADMIN,CLONE_ADMIN ON *.* TO `a`@`%`", ["BACKUP_ADMIN", "CLONE_ADMIN"]),
        ("GRANT SELECT ON `d`.* TO `a`@`%` WITH GRANT OPTION", ["GRANT OPTION"]),
        ("GRANT `role` TO `a`@`%` WITH ADMIN OPTION", ["ADMIN OPTION"]),
        ("GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", ["GRANT OPTION", "PROXY"]),
        ("GRANT SELECT (a, b) ON `d`.`t` TO `a`@`%`", [UNKNOWN]),
        ("GRANT SELECT (a) ON x TO y), DELETE ON `d`.`t` TO `a`@`%`", [UNKNOWN]),
        ("something new", [UNKNOWN]),
        ("", [UNKNOWN]),
    ],
)
def test_what_is_more_than_reading(grant: str, rights: list[str]) -> None:
    assert beyond_reading([grant]) == rights


@given(st.lists(NAMES, min_size=4, max_size=4), st.sets(st.sampled_from(sorted(READING)), min_size=1))
def test_no_name_hides_or_makes_up_a_right(names: list[str], reading: set[str]) -> None:
    column, schema, table, account = map(ticked, names)
    place = f"ON {schema}.{table} TO {account}@`%`"
    assert beyond_reading([f"GRANT {', '.join(sorted(reading))}, SELECT ({column}) {place}"]) == []
    assert beyond_reading([f"GRANT SELECT ({column}), DELETE {place}"]) == ["DELETE"]
    assert beyond_reading([f"GRANT SELECT ({column}) {place} WITH GRANT OPTION"]) == ["GRANT OPTION"]
