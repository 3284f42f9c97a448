"""The units for systemd call commands that exist, with flags and settings that exist, and are all confined."""

import re
import shlex
from pathlib import Path

import click
import pytest

from benchmarks.house import ROOT
from catalog.cli import cli
from catalog.settings import Settings

FOLDER = ROOT / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
PROGRAM = "/opt/privacy-catalog/bin/privacy-catalog"
CONFINED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "LimitCORE": "0",
    "SystemCallFilter": "@system-service",
}
names = pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)


def entries(path: Path) -> list[tuple[str, str, str]]:
    """(section, key, value) of every line that says something."""
    section, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, separator, value = line.partition("=")
            assert separator, line
            found.append((section, key, value))
    return found


def values(path: Path, key: str) -> list[str]:
    return [value for _, its, value in entries(path) if its == key]


def parse(arguments: list[str]) -> None:
    """Read a command line as click does, and run nothing."""
    command: click.Command | None = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        command, arguments = command.get_command(context, arguments[0]), arguments[1:]
    assert command is not None
    command.make_context("unit", arguments)


def test_the_units_are_there() -> None:
    assert [path.stem.removeprefix("privacy-catalog-") for path in SERVICES] == [
        "anchor", "night", "notices", "verify", "watch", "web"
    ]  # fmt: skip
    assert [path.stem.removeprefix("privacy-catalog-") for path in TIMERS] == ["anchor", "night", "notices", "verify"]


@names
def test_each_runs_a_command_that_exists_with_flags_that_exist(path: Path) -> None:
    (line,) = values(path, "ExecStart")
    program, *arguments = shlex.split(line)
    assert program == PROGRAM
    parse(arguments)


def test_a_flag_that_does_not_exist_would_be_seen() -> None:
    with pytest.raises(click.UsageError):
        parse(["scan", "--wach"])


@names
def test_each_is_confined(path: Path) -> None:
    assert {key: values(path, key) for key in CONFINED} == {key: [value] for key, value in CONFINED.items()}
    assert values(path, "User") == ["privacy-catalog"]
    assert values(path, "MemoryMax")


@names
def test_what_they_say_of_settings_is_of_settings_there_are(path: Path) -> None:
    said = set(re.findall(r"PRIVACY_CATALOG_(\w+)=", path.read_text(encoding="utf-8")))
    assert said
    assert said <= {name.upper() for name in Settings.model_fields}


def test_only_the_scan_side_is_given_the_secrets_of_sources() -> None:
    given = {path.stem for path in SERVICES if "secret of a source" in path.read_text(encoding="utf-8")}
    assert given == {"privacy-catalog-night", "privacy-catalog-watch"}


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_each_timer_has_its_service_which_ends(path: Path) -> None:
    assert values(path.with_suffix(".service"), "Type") == ["oneshot"]
    assert values(path, "OnCalendar")
    assert values(path, "WantedBy") == ["timers.target"]
