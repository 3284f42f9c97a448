"""Delivering notices: claimed before they are sent, tried again with growing pauses, given up in plain sight."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from catalog import keys, logs
from catalog.deliver import mail, web
from catalog.errors import DeliveryError, SettingsError
from catalog.model import mail_addresses, notice_mail, telling
from catalog.model.actors import Actor, Person, RoleAssignment
from catalog.model.notice_mail import Letter
from catalog.model.notice_views import NoticeLine
from catalog.model.notices import Channel, Delivery, DeliveryState
from catalog.services import access, notice_pages
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import notices as store
from catalog.store import people

_LOG = logs.get("notices")
_INTERRUPTED = "the last try was interrupted"


@dataclass(frozen=True, slots=True)
class Senders:
    """The ways out; tests put others in their place.

    Parameters:
        letter: hands a letter over.
        call: hands the webhook a body: settings, body, the delivery's name, the time.
        luck: a number from 0 to 1.
    """

    letter: Callable[[Settings, Letter], None]
    call: Callable[[Settings, bytes, str, datetime], None]
    luck: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round of sending did, in deliveries."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(self.sent + other.sent, self.failed + other.failed, self.given_up + other.given_up)


def real_senders() -> Senders:
    """The mail server and the webhook of the settings."""
    return Senders(mail.send, _call, secrets.SystemRandom().random)


def send(actor: Actor, catalog: Catalog, senders: Senders | None = None, *, again: bool = False) -> Sent:
    """Deliver what waits and may be tried now.

    Parameters:
        senders: the ways out; the real ones when not given.
        again: also what was given up.
    """
    access.require(actor, Action.ADMINISTER)
    ways = senders or real_senders()
    if again:
        with catalog.changing(actor, "retry_notices", "notices") as change:
            store.try_again(change.connection, change.at)
    return _Round(catalog, ways).webhook() + _Round(catalog, ways).mails()


def make_round(
    actor: Actor, catalog: Catalog, senders: Senders | None = None, *, again: bool = False
) -> tuple[Sent, bool]:
    """Deliver what waits as :func:`send` does, then tell the watchman, but not where something did not arrive: one
    who hears nothing tells somebody that nobody can be told.

    Returns:
        What was done, and whether the watchman was told.
    """
    sent = send(actor, catalog, senders, again=again)
    return sent, not sent.failed and not sent.given_up and heartbeat(catalog)


def try_mail(actor: Actor, catalog: Catalog, to: str, senders: Senders | None = None) -> None:
    """Send a letter that tells nothing, to see whether letters arrive.

    Raises:
        RequestError: when ``to`` is no address.
        SettingsError: when there is no mail server.
        DeliveryError: when it does not take the letter.
    """
    access.require(actor, Action.ADMINISTER)
    if not catalog.settings.smtp_host:
        raise SettingsError("E-mail", "there is no mail server", "Set PRIVACY_CATALOG_SMTP_HOST and MAIL_FROM.")
    letter = notice_mail.trial(mail_addresses.check(to), catalog.settings.public_url, catalog.clock.now())
    (senders or real_senders()).letter(catalog.settings, letter)


def try_webhook(actor: Actor, catalog: Catalog, senders: Senders | None = None) -> None:
    """Send the webhook a notice of no kind, to see whether it takes what it is sent.

    Raises:
        SettingsError: when there is none.
        DeliveryError: when it does not take it.
    """
    access.require(actor, Action.ADMINISTER)
    if not catalog.settings.webhook_url:
        raise SettingsError("The webhook", "there is none", "Set PRIVACY_CATALOG_WEBHOOK_URL.")
    now = catalog.clock.now()
    body = json.dumps({"schema": 1, "id": 0, "kind": "trial", "at": now.isoformat(), "text": "This is a trial."})
    (senders or real_senders()).call(catalog.settings, body.encode(), "trial", now)


def heartbeat(catalog: Catalog) -> bool:
    """Tell the watchman that ``scan --due`` or a round of sending has ended; one out of reach is logged, no more.

    Returns:
        Whether it was told.
    """
    if not catalog.settings.heartbeat_url:
        return False
    try:
        web.ping(catalog.settings.heartbeat_url)
    except DeliveryError as error:
        _LOG.warning("The heartbeat was not heard", reason=error.cause)
        return False
    return True


class _Round:
    """One round of sending over one channel. A server that is out of reach is asked once, not once for everybody."""

    def __init__(self, catalog: Catalog, senders: Senders) -> None:
        self._catalog, self._senders = catalog, senders
        self._down: DeliveryError | None = None
        self._now = catalog.clock.now()

    def webhook(self) -> Sent:
        """Call the webhook once for each notice that waits for it."""
        due, lines = self._due(Channel.WEBHOOK)
        if not self._catalog.settings.webhook_url:  # it was taken away while something waited for it
            self._withdraw([one.id for one in due])
            return Sent()
        if not self._finds("webhook_secret", self._catalog.settings.webhook_secret):
            return Sent(failed=len(due))
        return sum((self._tried([one], lambda taken: self._call(taken, lines)) for one in due), Sent())

    def mails(self) -> Sent:
        """Write to each person about all that waits for them, once an hour at most."""
        due, lines = self._due(Channel.EMAIL)
        with self._catalog.reading() as connection:
            held, last = people.assigned(connection, self._now), store.last_sent_by_person(connection)
        readers = _readers(due, lines, held)
        self._withdraw([one.id for one in due if one.id not in readers])
        if not self._finds("smtp_password", self._catalog.settings.smtp_password):
            return Sent(failed=len(readers))
        kept = sorted((one for one in due if one.id in readers), key=lambda one: (readers[one.id].id, one.id))
        total = Sent()
        for reader, group in groupby(kept, key=lambda one: readers[one.id]):
            if reader.id not in last or self._now - last[reader.id] >= telling.BETWEEN_MAILS:
                total += self._tried(list(group), partial(self._mail, reader, lines))
        return total

    def _finds(self, setting: str, reference: str) -> bool:
        """Whether this process finds a secret; one that does not leaves the tries to one that does."""
        try:
            return not reference or bool(keys.resolve(reference, setting))
        except SettingsError as error:
            _LOG.warning("Notices wait for a secret", reason=f"{error.thing}: {error.cause}")
            return False

    def _due(self, channel: Channel) -> tuple[Sequence[Delivery], Mapping[int, NoticeLine]]:
        with self._catalog.reading() as connection:
            due = store.due(connection, channel, self._now)
            notices = store.by_id(connection, {one.notice_id for one in due})
            lines = notice_pages.lines(connection, self._catalog, list(notices.values()))
        return due, {line.notice.id: line for line in lines}

    def _call(self, taken: Sequence[Delivery], lines: Mapping[int, NoticeLine]) -> None:
        for one in taken:
            told = notice_mail.payload(lines[one.notice_id], self._catalog.settings.public_url)
            self._senders.call(self._catalog.settings, json.dumps(told).encode(), str(one.id), self._now)

    def _mail(self, reader: Person, lines: Mapping[int, NoticeLine], taken: Sequence[Delivery]) -> None:
        told = [lines[one.notice_id] for one in taken]
        public_url = self._catalog.settings.public_url
        letter = notice_mail.letter(reader.id, reader.email or "", told, public_url, self._now)
        self._senders.letter(self._catalog.settings, letter)

    def _tried(self, deliveries: Sequence[Delivery], hand_over: Callable[[Sequence[Delivery]], None]) -> Sent:
        worn = [one for one in deliveries if one.tries >= telling.MOST_TRIES]
        self._settle(worn, DeliveryState.GIVEN_UP, _INTERRUPTED)
        taken = [one for one in deliveries if one not in worn and self._claimed(one)]
        if not taken:
            return Sent(given_up=len(worn))
        try:
            if self._down is not None:
                raise self._down
            hand_over(taken)
        except (DeliveryError, SettingsError) as error:
            return self._failed(taken, error) + Sent(given_up=len(worn))
        self._settle(taken, DeliveryState.SENT, "", sent_at=self._now)
        return Sent(sent=len(taken), given_up=len(worn))

    def _claimed(self, delivery: Delivery) -> bool:
        """Take a delivery before it is tried: who dies while trying leaves it to be tried once more, later."""
        next_at = self._now + telling.pause_after(delivery.tries + 1, self._senders.luck())
        taken: list[bool] = []
        self._catalog.note(lambda connection: taken.append(store.claim(connection, delivery, next_at)))
        return taken[0]

    def _failed(self, taken: Sequence[Delivery], error: DeliveryError | SettingsError) -> Sent:
        failure = error if isinstance(error, DeliveryError) else DeliveryError(error.thing, error.cause, "")
        self._down = failure if failure.is_general else self._down
        problem = f"{failure.thing}: {failure.cause}"
        ended = [one for one in taken if failure.is_final or one.tries + 1 >= telling.MOST_TRIES]
        waiting = [one for one in taken if one not in ended]
        self._settle(ended, DeliveryState.GIVEN_UP, problem)
        self._settle(waiting, DeliveryState.WAITING, problem)
        _LOG.warning("A notice was not delivered", reason=problem, count=len(taken))
        return Sent(failed=len(waiting), given_up=len(ended))

    def _settle(self, deliveries: Sequence[Delivery], state: DeliveryState, problem: str, **values: object) -> None:
        if state is DeliveryState.GIVEN_UP:
            values["next_at"] = self._now  # when it was given up: an alarm does not last for ever
        ids = [one.id for one in deliveries]
        if ids:
            self._catalog.note(
                lambda connection: store.change_deliveries(connection, ids, state=state, problem=problem, **values)
            )

    def _withdraw(self, ids: Sequence[int]) -> None:
        if ids:
            self._catalog.note(lambda connection: store.withdraw(connection, ids))


def _readers(
    due: Sequence[Delivery], lines: Mapping[int, NoticeLine], held: Sequence[tuple[Person, RoleAssignment]]
) -> Mapping[int, Person]:
    """To whom each delivery goes; none where they are no longer to be told, or have no address any more."""
    found = {}
    for one in due:
        notice = lines[one.notice_id].notice
        told = {
            person.id: person for person in telling.audience(notice.kind, notice.agency_id, held, one.person_id or "")
        }
        if one.person_id in told:
            found[one.id] = told[one.person_id]
    return found


def _call(settings: Settings, body: bytes, delivery: str, at: datetime) -> None:
    secret = keys.resolve(settings.webhook_secret, "webhook_secret") if settings.webhook_secret else None
    web.post(settings.webhook_url, body, delivery=delivery, secret=secret, at=at)
