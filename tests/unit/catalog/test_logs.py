"""Logs say what happened and never what was read."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import logs

CANARY = "078-05-1120"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    output = io.StringIO()
    logs.configure("INFO", output)
    yield output
    structlog.reset_defaults()
    root.level, root.handlers[:] = before


def test_a_line_is_json_with_time_level_and_listed_keys(stream: io.StringIO) -> None:
    logs.get("scan").info("A dataset was judged", dataset=7, seconds=1.5)
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {"event": "A dataset was judged", "level": "info", "part": "scan", "dataset": 7, "seconds": 1.5}


def test_an_unlisted_key_is_dropped(stream: io.StringIO) -> None:
    logs.get("scan").info("A dataset was judged", value=CANARY, exc_info=ValueError(CANARY), stack_info=True)
    assert CANARY not in stream.getvalue()
    assert set(json.loads(stream.getvalue())) == {"event", "level", "part", "time"}


def test_an_object_is_named_by_its_class_only(stream: io.StringIO) -> None:
    logs.get("scan").info("Failed", error=ValueError(CANARY), reason=[CANARY])
    line = json.loads(stream.getvalue())
    assert (line["error"], line["reason"]) == ("ValueError", "list")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=st.text() | st.sampled_from(['x\n{"event": "forged"}', "\x1b[2J", "a\u2028b", "\x85"]))
def test_nobody_can_forge_a_line(kind: type[io.StringIO], stream: io.StringIO, text: str) -> None:
    output = kind()
    logs.configure("INFO", output)
    logs.get("web").info("A request", route=text)
    written = output.getvalue()
    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()


def test_the_level_holds(stream: io.StringIO) -> None:
    logs.get("scan").debug("Detail")
    assert stream.getvalue() == ""


def test_libraries_are_heard_from_warning_up_without_their_words(stream: io.StringIO) -> None:
    library = logging.getLogger("some.driver")
    library.info("reading %s", CANARY)
    assert stream.getvalue() == ""
    try:
        {}[CANARY]
    except KeyError:
        library.exception("cannot read %s", CANARY)
    assert CANARY not in stream.getvalue()
    line = json.loads(stream.getvalue())
    assert (line["logger"], line["error"], line["level"]) == ("some.driver", "KeyError", "error")


def test_a_fault_is_told_by_kind_and_place_only(stream: io.StringIO) -> None:
    try:
        json.loads(CANARY + "{")
    except ValueError as error:
        logs.fault(error, "ab12")
    line = json.loads(stream.getvalue())
    assert (line["error"], line["reference"]) == ("JSONDecodeError", "ab12")
    assert line["at"].startswith("json.decoder:")
    assert CANARY not in stream.getvalue()


PRESIDIO = """
from catalog import logs
logs.configure("INFO")
import logging, presidio_analyzer
logging.getLogger("decision_process").warning("078-05-1120")
logging.getLogger("presidio-analyzer").error("078-05-1120")
"""


def test_presidio_writes_no_text_even_when_imported_later() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PRESIDIO], capture_output=True, text=True, check=True)
    assert CANARY not in done.stdout + done.stderr
    assert "presidio-analyzer" in done.stderr
