"""Files of a server, read by two processes: one has the connection and the secrets, the other one the files."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.processes import started_by
from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Look
from catalog.model.runs import DatasetResult
from catalog.settings import Settings
from scanners import processes
from scanners.processes import Process, Template
from scanners.supervisor import _CALLED_OFF_SECONDS, CalledOffError, Listed, Supervisor, Unlisted
from tests.support.bounds import EGRESS
from tests.support.middleman import middleman
from tests.support.processes import is_running, wait_until
from tests.support.sftp_server import SftpServer, throwaway_sftp
from tests.support.workbooks import workbook

ROWS = "full_name,ssn\n" + "".join(f"Maria Gonzalez,219-09-{number:04}\n" for number in range(1000, 1060))


@pytest.fixture(scope="module")
def server() -> Iterator[SftpServer]:
    with throwaway_sftp() as running:
        yield running


@pytest.fixture
def folder(server: SftpServer) -> Path:
    folder = server.home / uuid4().hex
    (folder / "inner").mkdir(parents=True)
    (folder / "people.csv").write_text(ROWS)
    (folder / "inner" / "Maria Gonzalez.csv").write_text(ROWS)
    workbook(folder / "stock.xlsx", {"Stock": [["sku", "price"], ["P-1", 3], ["P-2", 4]]})
    (folder / "program.exe").write_bytes(b"MZ")
    return folder


Make = Callable[..., Supervisor]


@pytest.fixture
def supervise(server: SftpServer, folder: Path, template: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("SHARE_KEY", server.key())
    made: list[Supervisor] = []

    def make(by: Template = template, seconds: int = 30, **options: str) -> Supervisor:
        given = {
            "host": "127.0.0.1", "port": str(server.port), "user": server.user, "host_key": server.host_key(),
            "path": str(folder), "key": "env:SHARE_KEY", **options,
        }  # fmt: skip
        settings = Settings.load(egress=EGRESS, child_seconds=seconds)
        given = {name: value for name, value in given.items() if value}
        made.append(Supervisor("sftp", given, settings=settings, names_key=b"k" * 32, template=by))
        return made[-1]

    yield make
    for each in made:
        each.close()


def process_of(child: Supervisor) -> Process:
    assert child._child is not None
    return child._child


def ids_of(child: Supervisor) -> tuple[int, int]:
    process = process_of(child)
    assert process._carrier is not None
    return process.id, process._carrier.made.id


def found(result: DatasetResult) -> dict[str, set[str]]:
    return {column.name.text: {each.type_code for each in column.findings} for column in result.columns}


def listed(child: Supervisor) -> dict[str, Listed]:
    return {one.safe.name.text: one for one in child.list() if isinstance(one, Listed)}


def test_a_servers_files_are_listed_and_judged_as_those_of_this_machine(
    supervise: Make, folder: Path, template: Template
) -> None:
    child = supervise()
    assert all(check.passed for check in child.check())
    local = Supervisor("files", {"path": str(folder)}, settings=Settings.load(), names_key=b"k" * 32, template=template)
    with closing(local):
        there, here = listed(child), listed(local)
        assert set(there) == set(here) == {"people.csv", "name withheld (a+/Aaaaa Aa+.aaa)", "stock.xlsx#Stock"}
        for name in here:
            ours, theirs = (one.scan(each[name], rows=40, seed=7) for one, each in ((local, here), (child, there)))
            assert (theirs.look, theirs.reason, theirs.rows_looked_at) == (Look.SCANNED, None, ours.rows_looked_at)
            assert found(theirs) == found(ours)
    assert "SSN" in found(child.scan(there["people.csv"], rows=100, seed=1))["ssn"]


def test_what_cannot_be_read_comes_with_its_reason(supervise: Make, folder: Path) -> None:
    (folder / "outside").symlink_to("/etc")
    unlisted = [(one.safe.name.text, one.reason) for one in supervise().list() if isinstance(one, Unlisted)]
    assert unlisted == [("outside", SkipReason.UNSAFE_PATH), ("program.exe", SkipReason.UNKNOWN_FORMAT)]


def test_who_is_not_believed_is_told_apart(supervise: Make, server: SftpServer) -> None:
    other = supervise(host_key=(server.home / "client_stranger.pub").read_text().strip())
    with pytest.raises(SourceError, match="another key than those in host_key: ssh-ed25519 SHA256:") as strange:
        list(other.list())
    assert strange.value.reason is SkipReason.UNREACHABLE
    assert [check.passed for check in other.check()] == [True, True, False]
    with pytest.raises(SourceError) as unknown:
        list(supervise(key="env:NOT_SET").list())
    assert unknown.value.reason is SkipReason.BAD_SETTINGS
    with pytest.raises(SourceError) as unlisted:
        list(supervise(host="192.0.2.7").list())
    assert unlisted.value.reason is SkipReason.NOT_ALLOWED


#: A template whose children tell how often a secret is in their memory. They know it by its form alone.
LOOKING = """
    import ctypes, re, sys
    from catalog import plugins
    from catalog.ports import Check
    from connectors.files.share import SftpShare
    from connectors.places.sftp import SftpPlace
    from scanners import template

    SECRET = re.compile(rb"canary-[0-9a-f]{32}")

    def count():
        ctypes.CDLL(None).prctl(4, 1)  # else this process could not look into its own memory
        found = 0
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                place, rights = line.split()[:2]
                if "r" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                    continue
                start, end = (int(part, 16) for part in place.split("-"))
                for at in range(start, end, 1 << 20):
                    try:
                        memory.seek(at)
                        found += len(SECRET.findall(memory.read(min((1 << 20) + 64, end - at))))
                    except (OSError, ValueError, OverflowError):
                        continue
        return Check("memory", passed=not found, message=f"{found} times")

    class Share(SftpShare):
        def check(self):
            return (count(), *self._place.check())

    class Place(SftpPlace):
        def check(self):
            return (*super().check(), count())

    load = plugins.load
    ours = {("places", "sftp"): Place, ("connectors", "sftp"): Share}
    plugins.load = lambda *name: ours.get(name) or load(*name)
    template.main()
"""


def start_instead(program: str, control: int, *, for_many: bool) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=control,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=processes._environment(),
    )


def test_the_process_that_reads_files_never_has_the_secret(supervise: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARE_PASSWORD", f"canary-{uuid4().hex}")
    monkeypatch.setattr(processes, "_start", partial(start_instead, LOOKING))
    with Template(for_many=False) as looking:
        child = supervise(looking, key="", password="env:SHARE_PASSWORD")
        reader, *_, login, carrier = child.check()
        child.close()
    assert (reader.name, reader.message) == ("memory", "0 times")
    assert (login.name, login.passed) == ("login", False), "it was offered to the server, which knows another one"
    assert (carrier.name, carrier.passed) == ("memory", False), "where it is used it is found"


#: A template whose children tell which network they are in, by the kernel's own number for it.
NETWORKED = """
    import os
    from catalog import plugins
    from catalog.ports import Check
    from connectors.files.share import SftpShare
    from connectors.places.sftp import SftpPlace
    from scanners import template

    def told():
        return Check("network", passed=True, message=os.readlink("/proc/self/ns/net"))

    class Share(SftpShare):
        def check(self):
            return (told(), *self._place.check())

    class Place(SftpPlace):
        def check(self):
            return (*super().check(), told())

    load = plugins.load
    ours = {("places", "sftp"): Place, ("connectors", "sftp"): Share}
    plugins.load = lambda *name: ours.get(name) or load(*name)
    template.main()
"""


def test_the_process_that_reads_files_is_in_no_network_where_the_kernel_lets_it(
    supervise: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
    monkeypatch.setattr(processes, "_start", partial(start_instead, NETWORKED))
    with Template(for_many=False) as telling:
        child = supervise(telling)
        reader, *_, carrier = (check.message for check in child.check())
        child.close()
    assert carrier == str(Path("/proc/self/ns/net").readlink())
    assert (reader != carrier) is lets


def test_the_assignment_of_the_process_that_reads_files_holds_no_secret(supervise: Make, server: SftpServer) -> None:
    child = supervise()
    assert child._assignment["environment"] == {}
    assert child._errand is not None
    assert child._errand["environment"]["SHARE_KEY"] == server.key()
    assert "names_key" not in child._errand


def test_a_connection_that_breaks_over_a_listing_leaves_it_incomplete(supervise: Make, server: SftpServer) -> None:
    with middleman(server.port) as between:
        child = supervise(port=str(between.port))
        child.check()
        between.most = 500
        with pytest.raises(SourceError) as caught:
            list(child.list())
    assert caught.value.reason is SkipReason.UNREACHABLE


def test_a_connection_that_breaks_over_a_file_is_made_anew_for_the_next(
    supervise: Make, server: SftpServer, folder: Path
) -> None:
    (folder / "large.csv").write_text("a,b\n" + "1,2\n" * 400_000)
    with middleman(server.port) as between:
        child = supervise(port=str(between.port))
        there = listed(child)
        pair = ids_of(child)
        between.most = 100_000
        broken = child.scan(there["large.csv"], rows=100_000, seed=1)
        assert (broken.look, broken.reason) == (Look.COULD_NOT_LOOK, SkipReason.UNREACHABLE)
        between.most = None
        assert child.scan(there["people.csv"], rows=10, seed=1).look is Look.SCANNED
        assert ids_of(child) == pair, "it is the line that was laid anew"


def test_a_carrier_that_died_at_rest_is_replaced_unseen(supervise: Make) -> None:
    child = supervise()
    there = listed(child)
    pair = ids_of(child)
    os.kill(pair[1], signal.SIGKILL)
    assert child.scan(there["people.csv"], rows=10, seed=1).look is Look.SCANNED
    assert not set(ids_of(child)) & set(pair)
    assert not any(map(is_running, pair))


class Held:
    """Holds back what a server answers, once it is told to; ``asked`` is set when it does."""

    def __init__(self) -> None:
        self.holds = False
        self.asked, self.released = threading.Event(), threading.Event()

    def __call__(self, data: bytes) -> bytes:
        if self.holds:
            self.asked.set()
            self.released.wait(60)
        return data


@pytest.fixture
def held(server: SftpServer, supervise: Make) -> Iterator[tuple[Held, Supervisor, Listed]]:
    """A server that answers a listing, and nothing more from then on."""
    holding = Held()
    with middleman(server.port, holding) as between:
        child = supervise(port=str(between.port))
        people = listed(child)["people.csv"]
        holding.holds = True
        yield holding, child, people
        child.close()
        holding.released.set()


@pytest.mark.parametrize("which", [0, 1], ids=["reader", "carrier"])
def test_one_of_the_two_that_dies_is_forgiven_and_takes_the_other_along(
    held: tuple[Held, Supervisor, Listed], which: int
) -> None:
    holding, child, people = held
    pair = ids_of(child)

    def kill() -> None:
        holding.asked.wait(30)
        holding.holds = False
        holding.released.set()
        os.kill(pair[which], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    assert child.scan(people, rows=10, seed=1).look is Look.SCANNED
    killing.join()
    assert not set(ids_of(child)) & set(pair)
    assert not any(map(is_running, pair))


@pytest.mark.parametrize("include", ["*.nothing", "people.csv"])
def test_a_listing_of_many_folders_and_few_files_has_the_time_it_needs(
    server: SftpServer, supervise: Make, folder: Path, include: str
) -> None:
    for number in range(150):
        (folder / f"d{number}").mkdir()

    def slowly(data: bytes) -> bytes:
        time.sleep(0.005)  # several seconds in all, with nothing found
        return data

    with middleman(server.port, slowly) as between:
        child = supervise(seconds=2, port=str(between.port), include=include)
        assert len(list(child.list())) == int(include == "people.csv")
        assert child.listing_ms > 2000


def test_what_is_called_off_ends_at_the_source_too(held: tuple[Held, Supervisor, Listed]) -> None:
    holding, child, people = held
    pair = ids_of(child)
    ended: list[float] = []

    def call_off() -> None:
        holding.asked.wait(30)
        ended.append(time.monotonic())
        child.call_off()

    calling = threading.Thread(target=call_off)
    calling.start()
    with pytest.raises(CalledOffError):
        child.scan(people, rows=10, seed=1)
    assert time.monotonic() - ended[0] < _CALLED_OFF_SECONDS, "it gave up by itself, and did not have to be killed"
    calling.join()
    assert not any(map(is_running, pair))


def test_what_takes_too_long_is_ended_and_the_next_goes_on(server: SftpServer, supervise: Make) -> None:
    holding = Held()
    with middleman(server.port, holding) as between:
        child = supervise(seconds=3, port=str(between.port))
        people = listed(child)["people.csv"]
        holding.holds = True
        result = child.scan(people, rows=10, seed=1)
        assert (result.look, result.reason) == (Look.COULD_NOT_LOOK, SkipReason.TIMED_OUT)
        holding.holds = False
        holding.released.set()
        assert child.scan(people, rows=10, seed=1).look is Look.SCANNED


def test_closing_leaves_no_process(supervise: Make, template: Template) -> None:
    child = supervise()
    child.check()
    assert template._running is not None
    original, pair = template._running._process.pid, ids_of(child)
    assert set(pair) <= set(started_by(original))
    child.close()
    assert not set(pair) & set(started_by(original)), "not even one that nobody waited for"


SUPERVISED = """
    import json, os, signal, sys
    from catalog.settings import Settings
    from scanners.processes import Template
    from scanners.supervisor import Supervisor
    options, egress = json.loads(sys.argv[1]), sys.argv[2]
    template = Template(for_many=False)
    child = Supervisor(
        "sftp", options, settings=Settings.load(egress=egress), names_key=b"k" * 32, template=template
    )
    child.check()
    made = child._child
    print(made.id, made._carrier.made.id, template._running._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_neither_outlives_the_coordinator(supervise: Make) -> None:
    options = json.dumps(supervise()._assignment["options"])
    program = [sys.executable, "-c", textwrap.dedent(SUPERVISED), options, EGRESS]
    told = subprocess.run(program, stdout=subprocess.PIPE, check=False).stdout
    ids = list(map(int, told.split()))
    assert len(ids) == 3
    wait_until(lambda: not any(map(is_running, ids)))
