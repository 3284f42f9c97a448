"""Every kind of server that files lie on, read by two confined processes with nothing but references to secrets."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from catalog.model.coverage import Look
from catalog.settings import Settings
from scanners.confine import CARRIED_KINDS
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor
from tests.support.azure_server import azurite
from tests.support.bounds import EGRESS
from tests.support.s3_server import throwaway_s3
from tests.support.sftp_server import throwaway_sftp
from tests.support.smb_server import samba

ROWS = b"full_name,ssn\n" + b"".join(b"Maria Gonzalez,219-09-%04d\n" % number for number in range(1000, 1060))
FILES = {"inner/people.csv": ROWS, "stock.csv": b"sku,price\nP-1,3\nP-2,4\n"}
_SECRETS = {"key", "secret_key", "sas", "password"}


def sftp(stack: ExitStack, _: Path) -> dict[str, str]:
    server = stack.enter_context(throwaway_sftp())
    folder = server.home / "share"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    there = {"host": "127.0.0.1", "port": str(server.port), "path": str(folder)}
    return {**there, "user": server.user, "host_key": server.host_key(), "key": server.key()}


def s3(stack: ExitStack, _: Path) -> dict[str, str]:
    server = stack.enter_context(throwaway_s3())
    bucket = server.bucket(f"open-{uuid4().hex}")  # one of those its reader may see
    for name, data in FILES.items():
        server.put(bucket, name, data)
    login = {"access_key": server.access_key, "secret_key": server.secret_key}
    return {"bucket": bucket, "endpoint": server.endpoint, **login}


def azure(stack: ExitStack, folder: Path) -> dict[str, str]:
    return stack.enter_context(azurite(folder)).filled("exports", FILES)


def smb(stack: ExitStack, _: Path) -> dict[str, str]:
    server = stack.enter_context(samba())
    server.put(FILES)
    return server.options()


SERVERS = {"sftp": sftp, "s3": s3, "azure": azure, "smb": smb}


@pytest.fixture(params=sorted(SERVERS))
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with ExitStack() as stack:
        yield request.param, SERVERS[request.param](stack, tmp_path)


def by_reference(options: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in _SECRETS & options.keys():
        monkeypatch.setenv(f"SHARE_{name.upper()}", options[name])
    return {name: f"env:SHARE_{name.upper()}" if name in _SECRETS else value for name, value in options.items()}


def test_there_is_a_server_of_every_kind() -> None:
    assert set(SERVERS) == CARRIED_KINDS


def test_its_files_are_checked_listed_and_judged(
    source: tuple[str, dict[str, str]], template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, options = source
    given = by_reference(options, monkeypatch)
    settings = Settings.load(egress=EGRESS)
    with closing(Supervisor(kind, given, settings=settings, names_key=b"k" * 32, template=template)) as child:
        checks = child.check()
        assert [check.name for check in checks if not check.passed] == []
        there = {one.safe.name.text: one for one in child.list() if isinstance(one, Listed)}
        assert set(there) == set(FILES)
        result = child.scan(there["inner/people.csv"], rows=100, seed=1)
        assert (result.look, result.reason, result.rows_looked_at) == (Look.SCANNED, None, 60)
        assert "SSN" in {finding.type_code for finding in result.columns[1].findings}
