"""A city of any size as rows: agencies, datasets, columns, what they hold, and what the law's records say of them.

Made by the server itself, by ``law_estate.sql``: a million columns written one by one would take longer than what is
measured on them. Every dataset was looked at but some: one in fifty could not be, one in fifty only partly. Each
activity declares four types of six datasets of its agency, under two papers of it, one in ten of which has ended; one
in ten discloses to the next agency, which records its side of every other one.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine, text

_SQL = Path(__file__).with_suffix(".sql")
_NOW = "TIMESTAMPTZ '2026-11-01 03:00+00'"
_CODES = (
    "NAME", "SSN", "DOB", "ADDR_HOME", "PHONE", "EMAIL", "RACE", "HEALTH_INFO", "BENEFIT_STATUS", "LANGUAGE", "INCOME",
    "IMMIGRATION_STATUS",
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many agencies, and how many datasets and activities of each; how many columns a dataset has, and how many of
    them hold something.
    """

    agencies: int = 160
    datasets: int = 625
    activities: int = 50
    columns: int = 10
    holding: int = 3

    @property
    def all_datasets(self) -> int:
        """Datasets of the whole city."""
        return self.agencies * self.datasets


def fill(engine: Engine, size: Size) -> None:
    """Fill an empty catalog."""
    script = _SQL.read_text(encoding="utf-8").format(**asdict(size), all_datasets=size.all_datasets, now=_NOW)
    with engine.begin() as connection:
        for statement in script.split(";"):
            if statement.strip():
                connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def held_by(column_id: int, size: Size) -> str:
    """The type that a column holds."""
    dataset, place = divmod(column_id - 1, size.columns)
    return _CODES[(dataset + 1 + place + 1) % len(_CODES)]
