"""The command that serves: it says where, refuses a broken installation, and takes its scan side with it."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from catalog import plugins
from catalog.errors import SettingsError
from tests.support import city as cities
from web import cli

COMMAND = [sys.executable, "-c", "from catalog.cli import main; main()", "serve", "--no-scans", "--port"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_another_owner_of_our_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "foreign_owners", lambda: ("web (other-web)",))
    with pytest.raises(SettingsError, match="other-web"):
        cli.refuse_foreign_owners()


def test_the_scan_side_ends_with_the_web_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_SCAN_SIDE", (sys.executable, "-c", "import time; time.sleep(60)"))
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args: started.append(real(*args)) or started[-1])
    with cli.scan_side():
        assert started[0].poll() is None
    assert started[0].poll() is not None


def test_a_scan_side_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    monkeypatch.setattr(cli, "_PATIENCE", 0.2)
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        cli._wait_or_kill(process)
    assert process.returncode == -9


def test_it_serves_says_where_and_stops(tmp_path: Path) -> None:
    cities.empty_catalog(tmp_path).close()
    port = free_port()
    environment = {**os.environ, "PRIVACY_CATALOG_DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [*COMMAND, str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"Privacy Catalog is running at http://127.0.0.1:{port} (stop with Ctrl+C).\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
            assert answer.read() == b'{"status":"ok"}\n'
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        process.terminate()
        assert process.wait(20) == 0


def test_what_cannot_be_read_as_a_request_is_not_quoted_in_the_log(tmp_path: Path) -> None:
    cities.empty_catalog(tmp_path).close()
    port = free_port()
    environment = {**os.environ, "PRIVACY_CATALOG_DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [*COMMAND, str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "is running at" in process.stdout.readline()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(b"JANE CANARY 078-05-1120\r\n\r\n")
            assert wire.recv(100).startswith(b"HTTP/1.1 400")
        process.terminate()
        _, told = process.communicate(timeout=20)
    assert '"logger": "gunicorn.error"' in told, "that something came is told"
    assert "CANARY" not in told
    assert all(line.startswith("{") for line in told.splitlines())


def test_without_a_catalog_it_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "PRIVACY_CATALOG_DATA_DIR": str(tmp_path / "none")}
    done = subprocess.run([*COMMAND, "8001"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 11
    assert "Traceback" not in done.stderr
    assert re.search(r"privacy-catalog init", done.stderr)


def test_beyond_loopback_it_asks_for_tls(capsys: pytest.CaptureFixture[str]) -> None:
    cli._announce("127.0.0.1", "http://127.0.0.1:8000")
    assert "TLS" not in capsys.readouterr().out
    cli._announce("0.0.0.0", "http://0.0.0.0:8000")
    assert "put TLS in front of it" in capsys.readouterr().out
