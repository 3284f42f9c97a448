"""The proxy in front says who is signed in: it is believed over our own Unix socket alone, and anew at each request."""

import http.client
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.model.actors import Person, Role, RoleAssignment
from catalog.services import people, roles, sessions
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import people as stored
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, application, enter
from tests.support.city import ADMIN
from web import cli

SERVE = [sys.executable, "-c", "from catalog.cli import main; main()", "serve", "--no-scans"]
USER, GROUPS = "X-Remote-User", "X-Remote-Groups"
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    status: int
    where: str
    text: str
    cookie: str


@dataclass(frozen=True)
class Served:
    """A served catalog, and where it listens."""

    catalog: Catalog
    socket: Path

    def ask(self, *headers: tuple[str, str], cookie: str = "", path: str = "/account", method: str = "GET") -> Answer:
        """One request over the socket, its headers exactly as they are given."""
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(30)
            wire.connect(str(self.socket))
            given = [("Host", "catalog.example"), ("Connection", "close"), *headers]
            given += [("Cookie", f"session={cookie}")] if cookie else []
            given += [(name, "0") for name in ("Content-Length",) if method == "POST"]
            lines = "".join(f"{name}: {value}\r\n" for name, value in given)
            wire.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
            answer = http.client.HTTPResponse(wire, method=method)
            answer.begin()
            morsel = SimpleCookie(answer.headers.get("Set-Cookie", "")).get("session")
            text = answer.read().decode()
            return Answer(answer.status, answer.headers.get("Location", ""), text, morsel.value if morsel else "")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    # Not below pytest's folders: the path of a socket may not be long.
    with tempfile.TemporaryDirectory(prefix="pc-") as name:
        folder = Path(name)
        catalog = cities.empty_catalog(folder / "data")
        people.add_person(ADMIN, catalog, "ada", "Ada Cole", Role.CPO)
        people.add_person(ADMIN, catalog, "ben", "Ben Ortiz", Role.OPERATOR)
        roles.give_group(ADMIN, catalog, "privacy team", Role.AUDITOR)
        _add_an_account_of_before(catalog, "ada,ben")
        with listening(folder, "data") as path:
            yield Served(catalog, path)
        catalog.close()


def _add_an_account_of_before(catalog: Catalog, account: str) -> None:
    """When accounts could be called anything: what is sent twice must not be taken for it."""
    with catalog.changing(ADMIN, "add_person", f"person:{account}") as change:
        stored.put_person(change.connection, Person(account, "Of Before", None, change.at))
        stored.assign(change.connection, RoleAssignment(0, account, Role.CPO, None, change.at, None))


@contextmanager
def listening(folder: Path, data: str, *options: str) -> Iterator[Path]:
    path = folder / "web.sock"
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PRIVACY_CATALOG_DATA_DIR": str(folder / data),
        "PRIVACY_CATALOG_SOCKET": str(path),
        "PRIVACY_CATALOG_PROXY_USER_HEADER": USER,
        "PRIVACY_CATALOG_PROXY_GROUPS_HEADER": GROUPS,
    }
    with subprocess.Popen([*SERVE, *options], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "is running at" in process.stdout.readline()
        try:
            yield path
        finally:
            process.terminate()
            process.wait(20)


def test_whom_the_proxy_names_is_in_under_a_session_of_their_own(served: Served) -> None:
    first = served.ask((USER, "ada"))
    assert (first.status, "Ada Cole" in first.text) == (200, True)
    again = served.ask((USER, "ada"), cookie=first.cookie)
    assert (again.status, again.cookie) == (200, "")
    assert stat.S_IMODE(served.socket.stat().st_mode) == 0o660


def test_a_session_ends_when_the_proxy_names_somebody_else_or_nobody(served: Served) -> None:
    first = served.ask((USER, "ada"))
    other = served.ask((USER, "ben"), cookie=first.cookie)
    assert "Ben Ortiz" in other.text
    assert other.cookie not in {"", first.cookie}
    back = served.ask((USER, "ada"), cookie=first.cookie)
    assert back.cookie not in {"", first.cookie}
    assert served.ask(cookie=back.cookie).where.startswith("/sign-in")
    assert served.ask((USER, "ada"), cookie=back.cookie).cookie not in {"", back.cookie}


def test_a_group_with_a_role_lets_in_as_long_as_it_is_told(served: Served) -> None:
    first = served.ask((USER, "newcomer"), (GROUPS, "staff, privacy team"))
    assert (first.status, "Auditor" in first.text) == (200, True)
    assert served.ask((USER, "newcomer"), (GROUPS, "staff"), cookie=first.cookie).status == 403
    assert served.ask((USER, "newcomer"), cookie=first.cookie).status == 403
    assert served.ask((USER, "stranger"), (GROUPS, "staff")).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        [(USER, "ada"), (USER, "ben")],
        [(USER, "ada"), ("x-remote-user", "ada")],
        [(USER, "ada"), ("X_Remote_User", "ben")],
        [("X_Remote_User", "ada")],
        [("X-Remote_User", "ada")],
        [(USER, "ada"), ("SCRIPT_NAME", "/account")],
        [(USER, "ada"), ("PATH_INFO", "/account")],
        [(USER, "")],
        [(USER, "ada,ben")],
        [(USER, "ada\x00")],
        [(USER, "a\x01da")],
        [(USER, "ada\tben")],
        [(USER, "ada ben")],
        [(USER, "../ada")],
        [(USER, "local")],
        [(USER, "local"), (GROUPS, "privacy team")],
        [(USER, "a" * 65), (GROUPS, "privacy team")],
    ],
)
def test_what_is_no_clear_word_is_refused(served: Served, headers: Headers) -> None:
    answer = served.ask(*headers)
    assert answer.status in {400, 403}
    assert not answer.cookie


def test_a_proxy_does_not_say_when_somebody_proved_who_they_are(served: Served) -> None:
    first = served.ask((USER, "ada"))
    site = ("Sec-Fetch-Site", "same-origin")
    asked = served.ask((USER, "ada"), site, cookie=first.cookie, path="/people/ben/sessions/end", method="POST")
    assert asked.status == 403
    assert "people local ada" in asked.text


def test_the_head_of_a_page_alone_begins_no_session(served: Served) -> None:
    answer = served.ask((USER, "ada"), method="HEAD")
    assert (answer.status, answer.cookie) == (303, "")


def test_signed_out_one_stays_out_until_one_goes_on(served: Served) -> None:
    first = served.ask((USER, "ada"))
    site = ("Sec-Fetch-Site", "same-origin")
    left = served.ask((USER, "ada"), site, cookie=first.cookie, path="/sign-out", method="POST")
    assert left.status == 303
    page = served.ask((USER, "ada"), path="/sign-in")
    assert (page.status, page.cookie, "signed in already, as ada" in page.text) == (200, "", True)


def test_over_a_port_the_header_is_worth_nothing(served: Served) -> None:
    """Neither to come in, nor to go on with a session that the proxy began."""
    settings = served.catalog.settings.model_copy(
        update={"socket": served.socket, "proxy_user_header": USER, "proxy_groups_header": GROUPS}
    )
    catalog = Catalog(
        settings, served.catalog.engine, served.catalog.search_index, served.catalog.taxonomy, served.catalog.clock
    )
    client = enter(application(catalog), None)
    assert client.get("/account", headers={USER: "ada"}).status_code == 303
    client.set_cookie("session", served.ask((USER, "ada")).cookie)
    assert client.get("/account", headers={USER: "ada"}).status_code == 303
    assert client.post("/people/ben/sessions/end", headers={USER: "ada", **SAME_ORIGIN}).status_code == 403


def test_a_port_on_the_command_line_is_listened_on_instead_of_the_socket(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    catalog = cities.empty_catalog(tmp_path / "data")
    people.add_person(ADMIN, catalog, "ada", "Ada Cole", Role.CPO)
    with listening(tmp_path, "data", "--port", str(port)):
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        wire.request("GET", "/account", headers={USER: "ada"})
        assert wire.getresponse().status == 303
        wire.close()
    catalog.close()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"proxy_user_header": USER}, "needs socket"),
        ({"proxy_groups_header": GROUPS}, "needs proxy_user_header"),
        ({"proxy_user_header": "X_Remote_User", "socket": "/run/web.sock"}, "should match"),
        ({"proxy_user_header": "X-Remote-User:", "socket": "/run/web.sock"}, "should match"),
    ],
)
def test_a_header_without_a_socket_does_not_start(settings: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings.load(**settings)


@contextmanager
def place(mode: int = 0o750) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pc-") as name:
        folder = Path(name) / "run"
        folder.mkdir()
        folder.chmod(mode)
        yield folder / "web.sock"


def test_a_socket_left_behind_is_taken_away() -> None:
    with place() as path:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(path))
        cli.clear_socket(path)
        assert not path.exists()


def test_a_socket_somebody_answers_on_stays() -> None:
    with place() as path, socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(SettingsError, match="another server answers"):
            cli.clear_socket(path)
        assert path.exists()


def test_what_is_no_socket_stays() -> None:
    with place() as path:
        path.write_text("somebody's")
        with pytest.raises(SettingsError, match="something else"):
            cli.clear_socket(path)
        assert path.exists()


@pytest.mark.parametrize("mode", [0o770, 0o757, 0o777, 0o1777])
def test_a_folder_that_others_may_write_to_is_no_place_for_it(mode: int) -> None:
    with place(mode) as path, pytest.raises(SettingsError, match="other accounts may write"):
        cli.clear_socket(path)


def test_without_its_folder_it_says_so() -> None:
    with place() as path, pytest.raises(SettingsError, match="cannot be made"):
        cli.clear_socket(path.parent / "none" / "web.sock")


def test_a_session_of_the_proxys_is_nobodys_where_nothing_vouches_for_it(served: Served) -> None:
    token = served.ask((USER, "ada")).cookie
    assert sessions.visit(served.catalog, token) is None
