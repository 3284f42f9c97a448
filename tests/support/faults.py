"""Makes one thing fail at a time while a page is made, and looks at what the page then says."""

import errno
import inspect
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any
from unittest.mock import patch

import jinja2
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.test import TestResponse

from catalog.services.catalog import Catalog
from catalog.store.engine import Connection
from catalog.store.metadata import metadata
from tests.support import house_rules
from tests.support.browsing import SAME_ORIGIN

#: What every fault quotes: somebody's number, a place in the file system, and SQL.
CANARY = "123-45-6789 at /srv/secret/catalog.db: SELECT name FROM clients"
_SQL = "SELECT ssn, name FROM clients WHERE ssn = ?"
_NEVER = re.compile(
    r"Traceback|File &#34;|File \"|\.py\b|line \d+, in|123-45-6789|/srv/|/tmp/|/dev/shm|site-packages|"
    + re.escape(str(Path(__file__).resolve().parents[2]))
    + r"|"
    r"\bSELECT\b|\bINSERT\b|\bUPDATE \w+ SET\b|\bPRAGMA\b|sqlalchemy|sqlite3|jinja2|werkzeug|0x[0-9a-f]{6,}|"
    r"\b\w*(?:Error|Exception|Interrupt)\b|catalog\.(?:services|store|model)|object at|NoneType",
)
_REFERENCE = re.compile(r"<code>[0-9A-F]{8}</code>|Reference: [0-9A-F]{8}")
Maker = Callable[[], BaseException]
Asked = tuple[str, dict[str, str] | None]


def _with_cause() -> BaseException:
    error = RuntimeError(CANARY)
    error.__cause__ = ValueError(CANARY)
    error.add_note(CANARY)
    return error


#: What functions fail with: what the database, the disk and our own mistakes raise.
KINDS: dict[str, Maker] = {
    "a wrong value": lambda: ValueError(CANARY),
    "a missing key": lambda: KeyError(CANARY),
    "the database's own": lambda: sqlite3.DatabaseError(CANARY),
    "a locked database": lambda: OperationalError(_SQL, {"ssn": CANARY}, sqlite3.OperationalError(CANARY)),
    "a conflict": lambda: IntegrityError(_SQL, {"ssn": CANARY}, sqlite3.IntegrityError(CANARY)),
    "a full disk": lambda: OSError(errno.ENOSPC, CANARY, "/srv/secret/catalog.db"),
    "no permission": lambda: PermissionError(errno.EACCES, CANARY, "/srv/secret"),
    "too deep": lambda: RecursionError(CANARY),
    "no memory": lambda: MemoryError(CANARY),
    "an undefined name": lambda: jinja2.UndefinedError(CANARY),
    "several at once": lambda: ExceptionGroup(CANARY, [ValueError(CANARY)]),
    "one with a note and a cause": _with_cause,
}


@dataclass(frozen=True)
class Fault:
    """What was made to fail where, and what was wrong with the answer: nothing, if it is empty."""

    address: str
    where: str
    kind: str
    wrong: str


def functions_behind(ask: Callable[[], TestResponse]) -> list[tuple[ModuleType, str]]:
    """The functions of services and store that run while something is asked for."""
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith(("catalog.services", "catalog.store", "catalog.search")):
            seen.add((module, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(None)
    found = ((sys.modules[module], name) for module, name in sorted(seen))
    return [(module, name) for module, name in found if inspect.isfunction(getattr(module, name, None))]


def forced(app: Flask, client: FlaskClient, addresses: list[str], seed: int) -> Iterator[Fault]:
    """Every function behind every address made to fail in turn, each with a kind of its own; then every template."""
    chance = random.Random(seed)
    for address in addresses:
        for module, name in functions_behind(lambda address=address: client.get(address)):  # type: ignore[misc]  # bound
            kind = chance.choice(sorted(KINDS))
            with patch.object(module, name, side_effect=KINDS[kind]()):
                answer = client.get(address, headers=chance.choice(({}, {}, {"HX-Request": "true"})))
            # A function that others hold by name cannot be made to fail from outside.
            if answer.status_code != 200:
                yield Fault(address, f"{module.__name__}.{name}", kind, wrong(answer))
        for kind, template in (("a syntax that is none", "{% if %}"), ("an undefined name", "{{ nothing.at.all }}")):
            with _every_page_says(app, template):
                answer = client.get(address)
            if answer.status_code != 200:  # it has one
                yield Fault(address, "its template", kind, wrong(answer))


@contextmanager
def _every_page_says(app: Flask, text: str) -> Iterator[None]:
    """All templates but those of errors, and what they build on, broken."""
    loader = app.jinja_env.loader
    assert loader is not None
    real = loader.get_source

    def broken(environment: jinja2.Environment, template: str) -> Any:
        source, name, is_fresh = real(environment, template)
        is_whole = template.endswith(("error.html", "base.html")) or "macros" in template
        return (source if is_whole else source + text.join(("{% block main %}", "{% endblock %}"))), name, is_fresh

    app.jinja_env.cache.clear()  # type: ignore[union-attr]  # there is one
    with patch.object(loader, "get_source", broken):
        yield
    app.jinja_env.cache.clear()  # type: ignore[union-attr]  # there is one


def troubled(catalog: Catalog, make: Callable[[Catalog], FlaskClient], asked: Sequence[Asked]) -> Iterator[Fault]:
    """What happens to a real catalog on a bad day: each in a copy of its own.

    Parameters:
        make: signs somebody in over a catalog.
        asked: what is then asked for: an address, and the form sent there, if any.
    """
    for kind, trouble in TROUBLES.items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(catalog.settings.data_dir, folder, dirs_exist_ok=True)
            copy = Catalog.open(catalog.settings.model_copy(update={"data_dir": Path(folder)}))
            client = make(copy)
            trouble(copy)
            for address, form in asked:
                answer = client.get(address) if form is None else client.post(address, data=form, headers=SAME_ORIGIN)
                if answer.status_code >= 400:
                    yield Fault(address, "a bad day", kind, wrong(answer))
            copy.close()


def _overwrite(catalog: Catalog) -> None:
    catalog.engine.dispose()
    (catalog.settings.data_dir / "catalog.db").write_bytes(f"{CANARY} ".encode() * 4000)
    for rest in catalog.settings.data_dir.glob("catalog.db-*"):
        rest.unlink()


def _drop_tables(catalog: Catalog) -> None:
    kept = {"people", "role_assignments", "group_roles", "sessions", "marks"}
    with closing(sqlite3.connect(catalog.settings.data_dir / "catalog.db")) as connection:
        for table in metadata.sorted_tables:
            if table.name not in kept:
                connection.execute(f'DROP TABLE "{table.name}"')


def _fill_disk(catalog: Catalog) -> None:
    @event.listens_for(catalog.engine, "begin")
    def none_left(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    catalog.engine.dispose()


def _lock(catalog: Catalog) -> None:
    @event.listens_for(catalog.engine, "begin")
    def no_patience(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")

    catalog.engine.dispose()
    holder = sqlite3.connect(catalog.settings.data_dir / "catalog.db", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    event.listen(catalog.engine, "engine_disposed", lambda _engine: holder.close())


def _lose(name: str) -> Callable[[Catalog], None]:
    def lose(catalog: Catalog) -> None:
        shutil.rmtree(catalog.settings.data_dir / name)

    return lose


TROUBLES: dict[str, Callable[[Catalog], None]] = {
    "the file is overwritten": _overwrite,
    "tables are gone": _drop_tables,
    "the disk is full": _fill_disk,
    "somebody holds it locked": _lock,
    "the keys are gone": _lose("keys"),
    "the index is gone": _lose("index"),
}


def wrong(answer: TestResponse) -> str:
    """What an answer to a fault says that it should not, or lacks."""
    text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
    if answer.status_code < 400:
        return f"status {answer.status_code}"
    if found := _NEVER.search(text):
        return f"it says {found.group(0)}"
    # A form that is shown again with what is wrong in it is no fault of ours.
    if answer.mimetype == "text/html" and answer.status_code >= 500 and not _REFERENCE.search(text):
        return "no reference"
    try:
        house_rules.check(answer)
    except AssertionError as broken:
        return f"a house rule: {broken}"
    return ""


def told(faults: list[Fault]) -> str:
    """What was wrong, in words."""
    kinds = Counter((one.where, one.wrong) for one in faults if one.wrong)
    return "; ".join(f"{many} × {where}: {what}" for (where, what), many in kinds.most_common(10)) or "0"
