"""Handing over to a real mail server and a real web server on loopback."""

import hashlib
import hmac
import json
import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.deliver import mail, web
from catalog.errors import DeliveryError, RequestError, SettingsError
from catalog.model import mail_addresses, notice_mail
from catalog.model.notice_mail import Letter
from catalog.settings import Settings
from tests.support.mailing import certificate, closed_port, mail_server, mute_server, trusting, web_server

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LETTER = Letter("notices.1", "ada@city.example", "Privacy Catalog: 1 source failed", "Grüße\n", AT)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def anothers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"), "elsewhere.example")


def settings(port: int, security: str = "none", **rest: str) -> Settings:
    return Settings.model_validate(
        {
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": security,
            "mail_from": "catalog@city.example",
            **rest,
        }
    )


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as box:
        mail.send(settings(box.port), LETTER)
    (letter,) = box.letters
    assert box.readers == ["ada@city.example"]
    assert letter["From"] == "Privacy Catalog <catalog@city.example>"
    assert letter["To"] == "ada@city.example"
    assert letter["Subject"] == "Privacy Catalog: 1 source failed"
    assert letter["Message-ID"] == "<notices.1@city.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == AT
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().split() == ["Grüße"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_goes_encrypted_with_a_login(security: str, ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_WORD", "open sesame")
    login = {"smtp_user": "catalog", "smtp_password": "env:MAIL_WORD"}
    with mail_server(ours, tls=security == "tls", login=security == "starttls") as box:
        chosen = settings(box.port, security, **(login if security == "starttls" else {}))
        mail.send(chosen, LETTER, trusted=trusting(ours))
    assert len(box.letters) == 1
    assert box.logins == ([("catalog", "open sesame")] if security == "starttls" else [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("whose", ["nobody's", "another name's"])
def test_a_certificate_that_is_not_trusted_gets_no_letter(
    security: str, whose: str, ours: Path, anothers: Path
) -> None:
    shown, trusted = (ours, None) if whose == "nobody's" else (anothers, trusting(anothers))
    with (
        mail_server(shown, tls=security == "tls") as box,
        pytest.raises(DeliveryError, match="certificate") as caught,
    ):
        mail.send(settings(box.port, security), LETTER, trusted=trusted)
    assert box.letters == []
    assert caught.value.is_general


def test_no_encryption_on_offer_means_no_letter() -> None:
    with mail_server() as box, pytest.raises(DeliveryError, match="offers no encryption"):
        mail.send(settings(box.port, "starttls"), LETTER)
    assert box.letters == []


def test_a_wrong_password_is_told_without_it(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_WORD", "hunter2")
    login = {"smtp_user": "catalog", "smtp_password": "env:MAIL_WORD"}
    with mail_server(ours, login=True) as box, pytest.raises(DeliveryError, match="refused the login") as caught:
        mail.send(settings(box.port, "starttls", **login), LETTER, trusted=trusting(ours))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("answer", "is_final"), [("550 no such reader ada", True), ("451 come back ada", False)])
def test_a_refused_reader_is_final_where_the_server_says_so(answer: str, is_final: bool) -> None:
    with mail_server(refuses_reader=answer) as box, pytest.raises(DeliveryError, match="refused the address") as caught:
        mail.send(settings(box.port), LETTER)
    assert (caught.value.is_final, caught.value.is_general) == (is_final, False)
    assert "ada" not in str(caught.value)


def test_a_refused_letter_is_tried_again() -> None:
    with mail_server(refuses_letter="554 spam") as box, pytest.raises(DeliveryError, match="the letter") as caught:
        mail.send(settings(box.port), LETTER)
    assert not caught.value.is_general


def test_a_dead_mail_server_is_out_of_reach() -> None:
    with pytest.raises(DeliveryError, match="cannot be reached"):
        mail.send(settings(closed_port()), LETTER)


def test_a_mail_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_SECONDS", 0.2)
    with mute_server() as port, pytest.raises(DeliveryError, match="cannot be reached"):
        mail.send(settings(port), LETTER)


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "@city.example", "ada@", "ada@city.example\nBcc: all@city.example", "a@city.example, eve@x.example",
        "Ada <ada@city.example>", "ada@city.example\r\n", "a b@city.example", "ada@city.example(x)", "ädа@city.example",
        "a" * 250 + "@city.example", '"ada"@city.example', "ada@@city.example",
    ],
)  # fmt: skip
def test_what_is_no_address_never_reaches_a_header(address: str) -> None:
    with pytest.raises(RequestError):
        mail_addresses.check(address)
    with mail_server() as box, pytest.raises(DeliveryError) as caught:
        mail.send(settings(box.port), Letter("1", address, "s", "t", AT))
    assert caught.value.is_final
    assert box.letters == []


@pytest.mark.parametrize("address", ["ada@city.example", "a.b+c@sub.city.example", "o'neil@city.example"])
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert mail_addresses.check(address) == address


def test_the_trial_letter_says_that_it_is_one() -> None:
    letter = notice_mail.trial("ada@city.example", "https://catalog.city.example", AT)
    assert "trial" in letter.subject
    assert "https://catalog.city.example" in letter.text


def call(url: str, secret: str | None = None, trusted: ssl.SSLContext | None = None) -> None:
    web.post(url, json.dumps({"id": 1}).encode(), delivery="17", secret=secret, at=AT, trusted=trusted)


def test_the_webhook_gets_signed_json() -> None:
    with web_server() as server:
        call(server.url, "open sesame")
    ((method, path, headers, body),) = server.got
    assert (method, path, json.loads(body)) == ("POST", "/hook", {"id": 1})
    assert headers["Content-Type"] == "application/json"
    assert headers["Privacy-Catalog-Delivery"] == "17"
    signed = headers["Privacy-Catalog-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"open sesame", signed, hashlib.sha256).hexdigest()
    assert headers["Privacy-Catalog-Signature"] == f"sha256={expected}"
    assert headers["Privacy-Catalog-Timestamp"] == str(int(AT.timestamp()))


def test_without_a_secret_nothing_is_signed() -> None:
    with web_server() as server:
        call(server.url)
    assert not {name for name in server.got[0][2] if "Signature" in name}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with web_server() as elsewhere, web_server() as server:
        server.status, server.headers = status, {"Location": elsewhere.url}
        with pytest.raises(DeliveryError, match=f"answered {status}"):
            call(server.url)
    assert elsewhere.got == []


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_anything_but_a_receipt_is_a_failure_and_its_words_are_not_read(status: int) -> None:
    with web_server(status=status) as server, pytest.raises(DeliveryError, match=f"answered {status}"):
        call(server.url)


def test_the_webhooks_certificate_has_to_fit(ours: Path, anothers: Path) -> None:
    with web_server(ours) as server:
        call(server.url, trusted=trusting(ours))
        with pytest.raises(DeliveryError, match="certificate"):
            call(server.url)
    with web_server(anothers) as server, pytest.raises(DeliveryError, match="certificate"):
        call(server.url, trusted=trusting(anothers))
    assert server.got == []


def test_a_dead_webhook_is_out_of_reach() -> None:
    with pytest.raises(DeliveryError, match="cannot be reached"):
        call(f"http://127.0.0.1:{closed_port()}/")


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"])
def test_a_webhook_that_talks_nonsense_is_a_failure(answer: bytes) -> None:
    with socket.socket() as odd:
        odd.bind(("127.0.0.1", 0))
        odd.listen()

        def speak() -> None:
            with odd.accept()[0] as other:
                other.recv(65536)
                other.sendall(answer)

        speaker = threading.Thread(target=speak)
        speaker.start()
        with pytest.raises(DeliveryError):
            call(f"http://127.0.0.1:{odd.getsockname()[1]}/")
        speaker.join()


def test_a_webhook_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_SECONDS", 0.2)
    with mute_server() as port, pytest.raises(DeliveryError):
        call(f"http://127.0.0.1:{port}/")


def test_the_heartbeat_is_a_plain_call() -> None:
    with web_server() as server:
        web.ping(server.url)
    assert [(method, body) for method, _, _, body in server.got] == [("GET", b"")]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"webhook_url": "http://city.example/hook"}, "https"),
        ({"webhook_url": "ftp://city.example/hook"}, "https"),
        ({"webhook_url": "file:///etc/passwd"}, "web address"),
        ({"webhook_url": "https://user:hunter2@city.example/"}, "without a user"),
        ({"webhook_url": "https://city.example/a b"}, "blanks"),
        ({"webhook_url": "https://city.example/\r\nX: y"}, "blanks"),
        ({"heartbeat_url": "http://127.0.0.1.city.example/"}, "https"),
        ({"public_url": "javascript:alert(1)"}, "web address"),
        ({"webhook_secret": "hunter2"}, "where the secret is"),
        ({"smtp_password": "hunter2"}, "where the secret is"),
        ({"metrics_token": "hunter2"}, "where the secret is"),
        ({"smtp_host": "mail.city.example"}, "mail_from"),
        ({"smtp_host": "mail.city.example", "mail_from": "a@b", "smtp_security": "none"}, "on this machine"),
        ({"smtp_host": "mail\r\n", "mail_from": "a@b"}, "pattern"),
    ],
)
def test_settings_that_would_tell_secrets_or_strangers_are_refused(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        Settings.load(**given)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://city.example/hook", "http://localhost:8080/x", "http://[::1]:9/", ""])
def test_settings_take_what_cannot_be_overheard(url: str) -> None:
    assert Settings.load(webhook_url=url, heartbeat_url=url, public_url=url).webhook_url == url
