"""Every command: what it needs, written by hand, and what it tells over a city all of whose texts are canaries.

Whoever runs a command holds the database anyway, so it shows every agency; what no command shows is how somebody gets
in: hashes, keys and codes. A command that is not listed fails.
"""

import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from catalog import cli, plugins
from tests.support.planting import Planted, plant
from tests.support.who_may_see import NEVER

#: command → (what it needs, what follows it when it is run here); None where it goes on, or asks on a terminal.
COMMANDS: dict[str, tuple[str, str | None]] = {
    "audit verify": ("read_audit", "--json"),
    "audit anchor": ("administer", "--json"),
    "audit restored": ("record_restore", "--reason nothing"),
    "classify": ("run_scans", "/nowhere --json"),
    "db upgrade": ("administer", ""),
    "demo": ("administer", None),
    "doctor": ("administer", "--json"),
    "explain": ("read_evidence", "nothing --json"),
    "export convention": ("read_flows", "dpv"),
    "index rebuild": ("administer", ""),
    "init": ("administer", ""),
    "metrics": ("read_audit", ""),
    "law list": ("read_holdings", "--json"),
    "law show": ("read_holdings", "nyc-10-501 --json"),
    "law impact": ("read_holdings", "int-197-2026 --json"),
    "notices list": ("read_runs", "--json"),
    "notices send": ("administer", "--json"),
    "notices test": ("administer", "--webhook"),
    "people list": ("read_people", "--json"),
    "people add": ("manage_people", "somebody --name Somebody --role auditor"),
    "people end": ("manage_people", "nobody auditor --reason nothing"),
    "people local": ("manage_people", None),
    "people unlink": ("manage_people", "nobody"),
    "people group list": ("read_people", "--json"),
    "people group add": ("manage_people", "some-group auditor"),
    "people group end": ("manage_people", "no-group auditor --reason nothing"),
    "people sessions end": ("manage_people", "nobody"),
    "quarterly list": ("read_reports_of_the_city", "--json"),
    "quarterly show": ("read_reports_of_the_city", "2026-q3 --json"),
    "quarterly issue": ("keep_inventory_cycles", "2024-q1 --json"),
    "quarterly include": ("keep_inventory_cycles", "2025-q4 --json"),
    "quarterly export": ("read_reports_of_the_city", "2026-q3 -o /nowhere/report.pdf"),
    "recognizer list": ("manage_recognizers", "--json"),
    "recognizer check": ("run_scans", "/nowhere.toml"),
    "recognizer try": ("run_scans", "/nowhere.toml /nowhere --json"),
    "recognizer add": ("manage_recognizers", "nothing /nowhere.toml --json"),
    "recognizer use": ("manage_recognizers", "nothing"),
    "recognizer retire": ("manage_recognizers", "nothing"),
    "register list": ("read_flows", "activities --json"),
    "register show": ("read_flows", "activities 1 --json"),
    "register history": ("read_flows", "activity 1 --json"),
    "register export": ("read_flows", "/nowhere/register.xlsx"),
    "register import": ("keep_register", "/nowhere/register.xlsx --check --json"),
    "register reconcile": ("run_scans", "--json"),
    "register differences": ("read_evidence", "--json"),
    "register approvals": ("read_flows", "--json"),
    "register watch": ("run_scans", "--json"),
    "register memberships": ("read_evidence", "--json"),
    "report status": ("read_reports_of_the_city", "--json"),
    "report open": ("keep_inventory_cycles", "--check --json"),
    "report show": ("read_reports", "nothing --json"),
    "report export": ("read_reports", "nothing -o /nowhere/report.pdf"),
    "report verify": ("read_reports", "nothing --json"),
    "report rollup": ("read_reports_of_the_city", "--json"),
    "review list": ("decide", "--json"),
    "review show": ("decide", "nothing --json"),
    "review confirm": ("decide", "nothing --check --json"),
    "review reject": ("decide", "nothing --why test_data --json"),
    "review change": ("decide", "nothing --to SSN --json"),
    "review not-identifying": ("decide", "nothing --json"),
    "review defer": ("decide", "nothing --until 2030-01-01 --json"),
    "review ask": ("decide", "nothing --to nobody --reason Why --json"),
    "review undo": ("decide", "--json"),
    "review mine": ("decide", "--json"),
    "review second": ("decide", "--json"),
    "review quality": ("read_evidence", "--json"),
    "review export": ("decide", "/nowhere/review.xlsx"),
    "review import": ("decide", "/nowhere/review.xlsx --check --json"),
    "review rebuild": ("run_scans", "--json"),
    "run list": ("read_runs", "--json"),
    "run pause": ("run_scans", "nothing"),
    "run resume": ("run_scans", "nothing"),
    "run cancel": ("run_scans", "nothing"),
    "scan": ("run_scans", "--source nothing --json"),
    "schedule set": ("manage_sources", "nothing --days mon --opens 22:00 --closes 06:00"),
    "schedule list": ("read_runs", "--json"),
    "schedule hold": ("manage_sources", "nothing --reason nothing"),
    "schedule release": ("manage_sources", "nothing"),
    "schedule remove": ("manage_sources", "nothing"),
    "search": ("read_holdings", "qx* --json"),
    "serve": ("administer", None),
    "source add": ("manage_sources", "new --kind sqlite --agency NEW --agency-name New -o path=/nowhere.db"),
    "source change": ("manage_sources", "nothing -o path=/nowhere.db"),
    "source grants": ("manage_sources", "--kind postgres --user reader --schema public"),
    "source list": ("manage_sources", "--json"),
    "source test": ("manage_sources", "nothing --json"),
}
#: Commands whose answer is about the whole city: they show what somebody may see, so that this proves something.
TELLING = (
    "notices list", "people list", "people group list", "register list", "register differences", "review list",
    "run list", "search", "source list",
)  # fmt: skip
_EXIT_CODES = {0, 2, 10, 11, 12, 13, 14}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    made = plant(tmp_path_factory.mktemp("planted"), 3)
    yield made
    made.catalog.close()


def test_every_command_is_listed_here_with_what_it_needs() -> None:
    found = {
        path: leaf.action.value  # type: ignore[attr-defined]  # click has no place for it
        for name in plugins.names("commands")
        for path, leaf in cli.leaves(plugins.load("commands", name), name)
    }
    assert found == {path: action for path, (action, _) in COMMANDS.items()}


@pytest.mark.parametrize("command", [path for path, (_, rest) in COMMANDS.items() if rest is not None])
def test_a_command_tells_nobody_how_somebody_gets_in(
    command: str, planted: Planted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = COMMANDS[command][1] or ""
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(planted.catalog.settings.data_dir))
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setattr(sys, "argv", ["privacy-catalog", *command.split(), *rest.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    structlog.reset_defaults()
    told = capsys.readouterr()
    shown = {one.place for _, one in planted.canaries.seen(told.out + told.err)}
    assert not shown & NEVER
    assert ended.value.code in _EXIT_CODES, told.err
    assert "Traceback" not in told.out + told.err
    assert shown or command not in TELLING
    if rest.endswith("--json") and told.out:
        json.loads(told.out)
