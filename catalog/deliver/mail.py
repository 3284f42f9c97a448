"""Plain-text mail through the city's mail server, whose certificate has to fit its name."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime

from catalog import keys
from catalog.errors import DeliveryError, RequestError
from catalog.model import mail_addresses
from catalog.model.notice_mail import Letter
from catalog.settings import MailSecurity, Settings

#: Seconds the mail server may take over one thing.
_SECONDS = 20.0


def send(settings: Settings, letter: Letter, *, trusted: ssl.SSLContext | None = None) -> None:
    """Hand a letter to the mail server.

    Parameters:
        trusted: whose certificates are trusted; those this machine trusts when not given.

    Raises:
        DeliveryError: when it does not take it; what the server said is not repeated.
        SettingsError: when the password is not where the settings say.
    """
    try:
        message = _message(settings, letter)
    except RequestError:
        raise DeliveryError(
            "The letter",
            "its sender or its reader is no e-mail address",
            "Correct it.",
            is_final=True,
            is_general=False,
        ) from None
    with _told_as_ours(), _connected(settings, trusted or ssl.create_default_context()) as server:
        server.send_message(message)


def _message(settings: Settings, letter: Letter) -> EmailMessage:
    sender = Address("Privacy Catalog", addr_spec=mail_addresses.check(settings.mail_from))
    message = EmailMessage(POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=mail_addresses.check(letter.to))
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    # The same letter has the same id, so that one handed over twice can be told.
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    return message


@contextmanager
def _connected(settings: Settings, trusted: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    host, port = settings.smtp_host, settings.smtp_port
    is_tls = settings.smtp_security is MailSecurity.TLS
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        if is_tls
        else smtplib.SMTP(host, port, timeout=_SECONDS)
    )
    try:
        if settings.smtp_security is MailSecurity.STARTTLS:
            server.starttls(context=trusted)
        if settings.smtp_user:
            server.login(settings.smtp_user, keys.resolve(settings.smtp_password, "smtp_password"))
        yield server
    finally:
        server.close()


@contextmanager
def _told_as_ours() -> Iterator[None]:
    """A mail server's and its libraries' words are replaced: they quote addresses and whatever else they like."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise _failure("its certificate is not one to be trusted", "Correct its certificate or its name.") from None
    except smtplib.SMTPAuthenticationError:
        raise _failure("it refused the login", "Correct smtp_user and what smtp_password refers to.") from None
    except smtplib.SMTPNotSupportedError:
        raise _failure("it offers no encryption or login", "Choose another smtp_security or port.") from None
    except smtplib.SMTPRecipientsRefused as refused:
        final = all(code >= 500 for code, _ in refused.recipients.values())
        raise _failure("it refused the address", "Correct the address.", is_final=final, is_general=False) from None
    except smtplib.SMTPSenderRefused:
        raise _failure("it refused the sender", "Correct mail_from.") from None
    except smtplib.SMTPDataError:
        raise _failure("it refused the letter", "Ask whoever runs the mail server.", is_general=False) from None
    except (OSError, smtplib.SMTPException):  # the latter are mostly connections that ended
        raise _failure("it cannot be reached", "Check smtp_host, smtp_port and the network.") from None


def _failure(cause: str, next_step: str, *, is_final: bool = False, is_general: bool = True) -> DeliveryError:
    return DeliveryError("The mail server", cause, next_step, is_final=is_final, is_general=is_general)
