"""Notices on their way: claimed once, tried again, given up in sight, told to nobody else."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from catalog.errors import DeliveryError, NotAllowed, SettingsError, SkipReason
from catalog.model import telling
from catalog.model.actors import Role
from catalog.model.notice_mail import Letter
from catalog.model.notices import DeliveryState, Notice, NoticeKind
from catalog.services import deliveries, notice_pages, notices, people, recording, sources
from catalog.services.catalog import Catalog
from catalog.services.deliveries import Senders, Sent
from catalog.settings import Settings
from tests.support.builders import CPO, OPERATOR, FixedClock, a_catalog, a_result, an_agency, listed
from tests.support.mailing import mail_server, web_server

#: A name that would like to be a header, a link, markup, and to run the other way.
HOSTILE = "guests\r\nBcc: all@city.example\r\n\r\n<b>https://evil.example/\u202ex\x00\x1b[31m"
MAIL = {"smtp_host": "127.0.0.1", "smtp_security": "none", "mail_from": "catalog@city.example"}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = a_catalog(tmp_path)
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id, f"Department {agency_id}"))
        people.add_person(OPERATOR, made, f"apo-{agency_id}", "O", Role.OFFICER, agency_id, f"{agency_id}@city.example")
    people.add_person(OPERATOR, made, "ops", "Olu", Role.OPERATOR, None, "ops@city.example")
    people.add_person(OPERATOR, made, "mute", "No address", Role.OPERATOR)
    system = sources.add_system(OPERATOR, made, "dso", "S")
    sources.add_source(OPERATOR, made, system.id, "shelter", "sqlite", {"path": "/x.db"})
    yield replace(
        made, settings=made.settings.model_copy(update={**MAIL, "public_url": "https://catalog.city.example/"})
    )
    made.close()


@dataclass
class Out:
    """Ways out that keep what leaves, or fail as they are told."""

    letters: list[Letter] = field(default_factory=list)
    calls: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    failure: Exception | None = None
    asked: int = 0

    def letter(self, _settings: Settings, letter: Letter) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        self.letters.append(letter)

    def call(self, _settings: Settings, body: bytes, delivery: str, _at: datetime) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        self.calls.append((delivery, json.loads(body)))

    @property
    def senders(self) -> Senders:
        return Senders(self.letter, self.call, lambda: 0.5)


def down(*, is_final: bool = False, is_general: bool = True) -> DeliveryError:
    return DeliveryError("The mail server", "it cannot be reached", "", is_final=is_final, is_general=is_general)


def later(catalog: Catalog, **length: float) -> None:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(**length)


def noticed(catalog: Catalog, kind: NoticeKind = NoticeKind.SOURCE_FAILED, key: str = "", **about: object) -> None:
    reason = SkipReason.UNREACHABLE if kind is NoticeKind.SOURCE_FAILED else None
    notice = Notice(
        0, key or f"{kind}:{catalog.clock.now()}", kind, None, 1, None, None, (), reason, catalog.clock.now()
    )
    catalog.note(lambda connection: notices.tell(connection, catalog, replace(notice, **about)))  # type: ignore[arg-type]  # fields of a notice


def send(catalog: Catalog, out: Out) -> Sent:
    return deliveries.send(OPERATOR, catalog, out.senders)


def states(catalog: Catalog) -> list[DeliveryState]:
    page = notice_pages.page(OPERATOR, catalog)
    return [line.delivery.state for line in (*page.waiting, *page.given_up)]


def webhooked(catalog: Catalog) -> Catalog:
    settings = catalog.settings.model_copy(update={"smtp_host": "", "webhook_url": "http://127.0.0.1:9/"})
    return replace(catalog, settings=settings)


def test_what_waits_for_a_person_is_one_letter(catalog: Catalog) -> None:
    noticed(catalog, key="a")
    noticed(catalog, key="b")
    noticed(catalog, NoticeKind.QUIET_NIGHT)
    out = Out()
    assert send(catalog, out) == Sent(sent=3)
    (letter,) = out.letters
    assert (letter.to, letter.subject) == ("ops@city.example", "Privacy Catalog: 2 sources failed, 1 quiet night")
    assert "“shelter” of Department dso could not be read: the source could not be reached." in letter.text
    assert "https://catalog.city.example/notices" in letter.text
    assert send(catalog, out) == Sent()
    assert states(catalog) == []


def test_a_person_gets_one_letter_an_hour(catalog: Catalog) -> None:
    out = Out()
    noticed(catalog)
    send(catalog, out)
    later(catalog, minutes=59)
    noticed(catalog)
    assert send(catalog, out) == Sent()
    later(catalog, minutes=1)
    noticed(catalog)
    assert send(catalog, out) == Sent(sent=2)
    assert len(out.letters) == 2


def test_officers_get_what_is_of_their_agency_and_the_cpo_what_is_of_all(catalog: Catalog) -> None:
    people.add_person(OPERATOR, catalog, "cpo", "C", Role.CPO, None, "cpo@city.example")
    noticed(catalog, NoticeKind.SENSITIVE_TYPE, type_codes=("SSN",))
    out = Out()
    send(catalog, out)
    assert sorted(letter.to for letter in out.letters) == ["cpo@city.example", "dso@city.example"]
    assert "Social Security" in out.letters[0].text


def test_who_is_no_longer_to_be_told_is_not(catalog: Catalog) -> None:
    noticed(catalog)
    people.add_person(OPERATOR, catalog, "ops", "Olu", Role.OPERATOR, None, "")
    out = Out()
    assert send(catalog, out) == Sent()
    assert out.letters == []
    assert states(catalog) == []


def test_an_address_is_kept_until_another_is_given(catalog: Catalog) -> None:
    people.add_person(OPERATOR, catalog, "ops", "Olu Peters", Role.OPERATOR)
    people.add_person(OPERATOR, catalog, "apo-dso", "O", Role.OFFICER, "dso", "new@city.example")
    noticed(catalog)
    noticed(catalog, NoticeKind.SENSITIVE_TYPE)
    out = Out()
    send(catalog, out)
    assert sorted(letter.to for letter in out.letters) == ["new@city.example", "ops@city.example"]


def test_what_fails_is_tried_five_times_ever_later_and_then_given_up(catalog: Catalog) -> None:
    noticed(catalog)
    out = Out(failure=down())
    for minutes in (2, 10, 60, 240):
        assert send(catalog, out) == Sent(failed=1)
        later(catalog, minutes=minutes - 1)
        assert send(catalog, out) == Sent()
        later(catalog, minutes=1)
    assert send(catalog, out) == Sent(given_up=1)
    later(catalog, days=1)
    assert send(catalog, out) == Sent()
    assert states(catalog) == [DeliveryState.GIVEN_UP]
    (given_up,) = notice_pages.page(OPERATOR, catalog).given_up
    assert given_up.delivery.problem == "The mail server: it cannot be reached"
    assert given_up.person is not None
    assert notice_pages.alarm(OPERATOR, catalog).given_up == 1
    assert notice_pages.alarm(CPO, catalog).given_up == 0
    later(catalog, days=6, minutes=1)
    assert not notice_pages.alarm(OPERATOR, catalog).is_raised


def test_pauses_are_moved_by_luck_a_fifth_at_most() -> None:
    for tries in range(1, 8):
        least, middle, most = (telling.pause_after(tries, luck) for luck in (0.0, 0.5, 1.0))
        assert (least, most) == (middle * 0.8, middle * 1.2)


def test_what_was_given_up_can_be_tried_again(catalog: Catalog) -> None:
    noticed(catalog)
    assert send(catalog, Out(failure=down(is_final=True, is_general=False))) == Sent(given_up=1)
    out = Out()
    assert send(catalog, out) == Sent()
    assert deliveries.send(OPERATOR, catalog, out.senders, again=True) == Sent(sent=1)


def test_a_server_out_of_reach_is_asked_once_and_not_for_everybody(catalog: Catalog) -> None:
    people.add_person(OPERATOR, catalog, "ops2", "O", Role.OPERATOR, None, "ops2@city.example")
    noticed(catalog)
    out = Out(failure=down())
    assert send(catalog, out) == Sent(failed=2)
    assert out.asked == 1


def test_a_refused_reader_does_not_keep_the_others_from_theirs(catalog: Catalog) -> None:
    people.add_person(OPERATOR, catalog, "ops2", "O", Role.OPERATOR, None, "ops2@city.example")
    noticed(catalog)
    out = Out(failure=down(is_general=False))
    send(catalog, out)
    assert out.asked == 2


def test_a_missing_password_is_a_failure_like_others(catalog: Catalog) -> None:
    noticed(catalog)
    assert send(catalog, Out(failure=SettingsError("Secret env:X", "it is not set", ""))) == Sent(failed=1)
    assert notice_pages.page(OPERATOR, catalog).waiting[0].delivery.problem == "Secret env:X: it is not set"


def test_who_does_not_find_the_password_leaves_the_tries_to_who_does(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed(catalog)
    settings = catalog.settings.model_copy(update={"smtp_user": "catalog", "smtp_password": "env:MAIL_WORD"})
    locked, out = replace(catalog, settings=settings), Out()
    for _ in range(telling.MOST_TRIES + 1):
        assert send(locked, out) == Sent(failed=1)
    assert notice_pages.page(OPERATOR, catalog).waiting[0].delivery.tries == 0
    assert not notice_pages.alarm(OPERATOR, catalog).is_raised
    later(catalog, days=1)
    assert notice_pages.alarm(OPERATOR, catalog).overdue == 1
    assert not notice_pages.alarm(CPO, catalog).is_raised
    monkeypatch.setenv("MAIL_WORD", "open sesame")
    assert send(locked, out) == Sent(sent=1)
    assert not notice_pages.alarm(OPERATOR, catalog).is_raised


def test_an_unfound_secret_of_the_webhook_costs_no_try_either(catalog: Catalog) -> None:
    hooked = webhooked(catalog)
    noticed(hooked)
    unsigned = hooked.settings.model_copy(update={"webhook_secret": "env:S3cretWord"})
    with capture_logs() as logged:
        assert send(replace(hooked, settings=unsigned), Out()) == Sent(failed=1)
    assert "of webhook_secret" in str(logged)
    assert "S3cretWord" not in str(logged)
    assert send(hooked, Out()) == Sent(sent=1)


def test_who_dies_while_sending_leaves_it_to_be_sent_later_not_at_once(catalog: Catalog) -> None:
    noticed(catalog)
    with pytest.raises(KeyboardInterrupt):
        send(catalog, Out(failure=KeyboardInterrupt()))  # type: ignore[arg-type]  # not one to be caught
    out = Out()
    assert send(catalog, out) == Sent()
    later(catalog, minutes=2)
    assert send(catalog, out) == Sent(sent=1)


def test_who_dies_at_the_last_try_leaves_it_given_up(catalog: Catalog) -> None:
    noticed(catalog)
    for _ in range(telling.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            send(catalog, Out(failure=KeyboardInterrupt()))  # type: ignore[arg-type]  # the same
        later(catalog, hours=5)
    out = Out()
    assert send(catalog, out) == Sent(given_up=1)
    assert out.asked == 0


def test_two_senders_at_once_send_nothing_twice(catalog: Catalog) -> None:
    hooked, out = webhooked(catalog), Out()
    for number in range(12):
        noticed(hooked, key=str(number))
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: send(hooked, out), range(4)))
    assert sum(one.sent for one in rounds) == 12
    assert len({delivery for delivery, _ in out.calls}) == len(out.calls) == 12


def test_only_who_administers_sends(catalog: Catalog) -> None:
    for attempt in (deliveries.send, lambda *args: deliveries.try_mail(*args, to="a@b.example")):
        with pytest.raises(NotAllowed):
            attempt(CPO, catalog)  # type: ignore[operator]  # two shapes
    with pytest.raises(NotAllowed):
        notices.look_around(CPO, catalog)


def hostile_dataset(catalog: Catalog) -> int:
    run = recording.begin(OPERATOR, catalog, 1, 1)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(HOSTILE, key="k")], [])
    recording.record_result(OPERATOR, catalog, run, due["k"], "v1", a_result())
    return due["k"]


def test_a_hostile_name_does_nothing_in_a_letter(catalog: Catalog) -> None:
    noticed(catalog, NoticeKind.SENSITIVE_TYPE, dataset_id=hostile_dataset(catalog), type_codes=("SSN",))
    with mail_server() as box:
        settings = catalog.settings.model_copy(update={"smtp_port": box.port})
        assert deliveries.send(OPERATOR, replace(catalog, settings=settings)).sent == 1
    (letter,) = box.letters
    assert box.readers == ["dso@city.example"]
    assert letter["Bcc"] is None
    assert letter.get_content_type() == "text/plain"
    assert letter["Subject"] == "Privacy Catalog: 1 new sensitive finding"
    text = letter.get_content()
    assert "“guests" in text
    assert "://evil" not in text
    assert not [each for each in text if not each.isprintable() and each not in "\r\n"]
    assert not [line for line in text.splitlines() if line.startswith("Bcc")]


def test_the_webhook_is_told_in_the_agreed_words(catalog: Catalog) -> None:
    dataset_id = hostile_dataset(catalog)
    with web_server() as server:
        update = {"smtp_host": "", "webhook_url": server.url}
        hooked = replace(catalog, settings=catalog.settings.model_copy(update=update))
        noticed(hooked, NoticeKind.SENSITIVE_TYPE, dataset_id=dataset_id, type_codes=("SSN",), run_id=1)
        assert deliveries.send(OPERATOR, hooked) == Sent(sent=1)
    ((_, _, headers, body),) = server.got
    told = json.loads(body)
    assert body.isascii()
    assert told.pop("text").startswith("New in “guests")
    assert told == {
        "schema": 1,
        "id": 1,
        "kind": "sensitive_type",
        "at": catalog.clock.now().isoformat(),
        "agency": {"id": "dso", "name": "Department dso"},
        "source": {"id": 1, "name": "shelter"},
        "run": 1,
        "dataset": {"id": dataset_id, "name": HOSTILE},
        "types": [{"code": "SSN", "label": "Social Security number", "tier": "restricted"}],
        "reason": None,
        "link": f"https://catalog.city.example/datasets/{dataset_id}",
    }
    assert headers["Privacy-Catalog-Delivery"] == "1"


def test_a_long_letter_counts_what_it_leaves_out(catalog: Catalog) -> None:
    for number in range(45):
        noticed(catalog, key=str(number))
    out = Out()
    send(catalog, out)
    assert out.letters[0].text.count("\n- ") == 40
    assert "And 5 more." in out.letters[0].text


def test_the_heartbeat_is_called_where_there_is_one_and_its_silence_is_no_error(catalog: Catalog) -> None:
    def beating(url: str) -> Catalog:
        return replace(catalog, settings=catalog.settings.model_copy(update={"heartbeat_url": url}))

    assert not deliveries.heartbeat(catalog)
    with web_server() as server:
        assert deliveries.heartbeat(beating(server.url))
    assert len(server.got) == 1
    assert not deliveries.heartbeat(beating(server.url))


def test_a_trial_needs_somewhere_to_go(catalog: Catalog) -> None:
    out, nowhere = Out(), replace(catalog, settings=catalog.settings.model_copy(update={"smtp_host": ""}))
    deliveries.try_mail(OPERATOR, catalog, "ada@city.example", out.senders)
    deliveries.try_webhook(OPERATOR, webhooked(catalog), out.senders)
    assert [letter.to for letter in out.letters] == ["ada@city.example"]
    assert [told["kind"] for _, told in out.calls] == ["trial"]
    for attempt in (
        lambda: deliveries.try_mail(OPERATOR, nowhere, "a@b.example"),
        lambda: deliveries.try_webhook(OPERATOR, nowhere),
    ):
        with pytest.raises(SettingsError):
            attempt()


def test_notices_name_no_values(catalog: Catalog) -> None:
    """A notice has no field that could hold one."""
    texts: Sequence[str] = [name for name, kind in Notice.__annotations__.items() if kind in (str, "str")]
    assert texts == ["key"]
