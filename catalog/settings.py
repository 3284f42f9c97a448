"""The settings, in one place; the only module that reads the environment."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.errors import SettingsError
from catalog.model.egress import Egress
from catalog.ports import Bounds

_PREFIX = "PRIVACY_CATALOG_"

#: How a reference to a secret is written.
REFERENCE = "env:NAME, file:PATH or keyring:SERVICE/NAME"
_SCHEMES = ("env:", "file:", "keyring:")


#: Signatures (RFC 7518, 8037, 9864) whose checker holds no secret: what checks with a secret can forge with it.
SIGNATURES = frozenset({f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)}) | {
    "EdDSA",
    "Ed25519",
}


class PersonModel(StrEnum):
    """Which language model may look for persons in texts."""

    NONE = "none"
    INSTALLED = "installed"
    BUILT_IN = "built_in"


class MailSecurity(StrEnum):
    """How the way to the mail server is kept private; in each case its certificate has to fit its name."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def is_reference(text: str) -> bool:
    """Whether this says where a secret is, instead of being one."""
    return text.startswith(_SCHEMES)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nothing said to it can be overheard."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _reference(text: str) -> str:
    if text and not is_reference(text):
        raise ValueError(f"it must say where the secret is: {REFERENCE}")
    return text


def _web_address(text: str) -> str:
    """An address that may be called: no password in it, and private on its way."""
    parts = urlsplit(text)
    port = parts.port  # raises where it is none
    if text and (not parts.hostname or port == 0 or parts.username is not None or not text.isascii()):
        raise ValueError("it must be a web address of ASCII characters, without a user or password")
    if text and parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError("it must begin with https://, or lead to this machine itself")
    if any(not character.isprintable() or character == " " for character in text):
        raise ValueError("it must not hold blanks or control characters")
    return text


def _whole_path(path: Path) -> Path:
    """A path that is the same from every folder: a service and a timer may run in different ones."""
    if not path.is_absolute():
        raise ValueError("it must be a whole path, beginning with /")
    return path


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError):
        raise ValueError("it must be the name of a time zone, such as America/New_York") from None
    return text


def _egress(text: str) -> str:
    Egress.of(text)
    return text


def _algorithms(text: str) -> str:
    if not text or not set(text.split(",")) <= SIGNATURES:
        raise ValueError(f"it must name some of {', '.join(sorted(SIGNATURES))}, separated by commas")
    return text


_Reference = Annotated[str, AfterValidator(_reference)]
_WebAddress = Annotated[str, AfterValidator(_web_address)]
_WholePath = Annotated[Path, AfterValidator(_whole_path)]
_Zone = Annotated[str, AfterValidator(_zone)]
_Egress = Annotated[str, AfterValidator(_egress)]
_Line = Annotated[str, Field(pattern=r"^[!-~]*$")]
#: A header's name: with an underscore it would be one that servers mix up with another, or drop.
_Header = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$")]
_Algorithms = Annotated[str, AfterValidator(_algorithms)]


class Settings(BaseSettings):
    """All settings. Each comes from ``PRIVACY_CATALOG_<NAME>`` in the environment or from its default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default=Path("privacy-catalog-data"), description="Folder of the catalog: database, search index, keys."
    )
    database_url: str = Field(
        default="", description="SQLAlchemy address of the catalog; empty means SQLite in the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Address the web application listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the web application listens on.")
    sample_rows: int = Field(default=1000, ge=1, le=100_000, description="Rows looked at per dataset.")
    deepest_rows: int = Field(
        default=5000, ge=0, le=100_000, description="Rows looked at where more than the usual may matter."
    )
    stale_days: int = Field(
        default=400, ge=1, description="Days after which a look is too old to say that paper and data agree."
    )
    workers: int = Field(default=2, ge=1, le=64, description="Datasets judged at the same time.")
    connections: int = Field(
        default=1, ge=1, le=16, description="Connections over which one database is read, of as many workers."
    )
    child_memory_mb: int = Field(default=2048, ge=512, description="Memory a scan child may use, in megabytes.")
    child_seconds: int = Field(default=120, ge=1, description="Seconds one dataset may take.")
    file_mb: int = Field(
        default=512,
        ge=1,
        description="Largest file of a kind that is read as a whole, and most that one may unpack to, in megabytes.",
    )
    person_model: PersonModel = Field(
        default=PersonModel.INSTALLED,
        description="Which language model looks for persons in texts: none; an installed English one of spaCy; "
        "or that and, where there is none, the small built_in one.",
    )
    session_minutes: int = Field(default=30, ge=1, description="Minutes of rest after which a session ends.")
    session_hours: int = Field(default=12, ge=1, le=24, description="Hours after which a session ends, used or not.")
    proof_minutes: int = Field(
        default=10, ge=1, description="Minutes for which a proof of who one is serves weighty acts."
    )
    open_sign_in: bool = Field(
        default=False, description="Offer sign-in without passwords; only for a catalog whose data is made up."
    )
    local_sign_in: bool = Field(
        default=False, description="Offer sign-in with a password and a one-time code, for when nothing else works."
    )
    oidc_issuer: _WebAddress = Field(
        default="", description="Identity provider (OpenID Connect) that signs people in; empty means none."
    )
    oidc_client_id: _Line = Field(default="", description="What the identity provider calls this application.")
    oidc_client_secret: _Reference = Field(
        default="", description="Where the secret is that the identity provider knows this application by."
    )
    oidc_account_claim: _Line = Field(
        default="preferred_username", description="Claim that holds the account's name, for a first sign-in."
    )
    oidc_groups_claim: _Line = Field(default="groups", description="Claim that lists the groups a person is in.")
    oidc_algorithms: _Algorithms = Field(
        default="RS256,ES256,PS256,EdDSA", description="Signature algorithms taken from the identity provider."
    )
    proxy_user_header: _Header = Field(
        default="", description="Header in which a proxy in front says who is signed in; needs socket."
    )
    proxy_groups_header: _Header = Field(
        default="", description="Header in which it lists their groups, separated by commas."
    )
    socket: Path | None = Field(
        default=None, description="Unix socket that the web application listens on instead of host and port."
    )
    logon_banner: str = Field(default="", max_length=2000, description="Text shown on the sign-in page.")
    four_eyes: bool = Field(
        default=False,
        description="Ask a second person before what is Restricted in a column counts as not being there.",
    )
    second_reading_percent: int = Field(
        default=5, ge=0, le=100, description="Percent of decisions that come back to a second reader, unseen."
    )
    demonstration: bool = Field(default=False, description="Say on every page that its data is made up.")
    public_url: _WebAddress = Field(
        default="", description="Address at which people reach the web application, for links in notices."
    )
    smtp_host: _Line = Field(default="", description="Mail server that takes notices; empty means no e-mail.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: MailSecurity = Field(
        default=MailSecurity.STARTTLS,
        description="How the mail server is spoken to: starttls, tls, or none, which only loopback may have.",
    )
    smtp_user: _Line = Field(default="", description="Account at the mail server; empty means no login.")
    smtp_password: _Reference = Field(
        default="", description="Where its password is: env:NAME, file:PATH or keyring:SERVICE/NAME."
    )
    mail_from: _Line = Field(default="", description="Address that notices come from.")
    webhook_url: _WebAddress = Field(
        default="", description="Address that is sent every notice as JSON; https, but on loopback."
    )
    webhook_secret: _Reference = Field(
        default="", description="Where the secret is that signs what the webhook is sent; empty means unsigned."
    )
    heartbeat_url: _WebAddress = Field(
        default="",
        description="Address called after scan --due and each round of sending that went well, for a watchman.",
    )
    metrics_token: _Reference = Field(
        default="", description="Where the token is that opens /metrics; empty means that there is no such page."
    )
    egress: _Egress = Field(
        default="", description="Hosts, networks and ports that sources may be read from, such as db.example:5432."
    )
    anchors: _WholePath | None = Field(
        default=None,
        description="Whole path of a file on other storage that notes how far the audit log was; empty means none.",
    )
    export_rows_a_day: int = Field(
        default=200_000, ge=1, description="Rows one person may take away as files within a day."
    )
    fewest_people: int = Field(
        default=5,
        ge=1,
        le=100,
        description="Researchers are told no number of people below this, the Speaker none of events below it or 5.",
    )
    timezone: _Zone = Field(
        default="America/New_York",
        description="Time zone of scanning windows, and of the days that review puts off until.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")

    @model_validator(mode="after")
    def _may_send_mail(self) -> Self:
        if self.smtp_host and "@" not in self.mail_from:
            raise ValueError("smtp_host needs mail_from, the address that notices come from")
        if self.smtp_security is MailSecurity.NONE and self.smtp_host and not is_loopback(self.smtp_host):
            raise ValueError("smtp_security none is only for a mail server on this machine")
        return self

    @model_validator(mode="after")
    def _may_ask_provider(self) -> Self:
        needed = ("oidc_client_id", "oidc_client_secret", "oidc_account_claim", "public_url")
        missing = [name for name in needed if self.oidc_issuer and not getattr(self, name)]
        if missing:
            raise ValueError(f"oidc_issuer needs {' and '.join(missing)} as well")
        return self

    @model_validator(mode="after")
    def _may_believe_proxy(self) -> Self:
        if self.proxy_user_header and self.socket is None:
            raise ValueError("proxy_user_header needs socket: over a port anybody could send the header")
        if self.proxy_groups_header and not self.proxy_user_header:
            raise ValueError("proxy_groups_header needs proxy_user_header")
        return self

    @classmethod
    def load(cls, **given: object) -> Self:
        """Read the settings; ``given`` ones win over the environment.

        Raises:
            SettingsError: naming the first setting that cannot be used.
        """
        _refuse_unknown(cls)
        try:
            return cls(**given)  # type: ignore[arg-type]  # pydantic checks each one
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            raise SettingsError(
                f"Setting {_PREFIX}{name.upper()}" if name else "The settings",
                first["msg"].removeprefix("Value error, ").rstrip("."),
                "Correct it in the environment or leave it out to use the default.",
            ) from None

    @property
    def signature_algorithms(self) -> tuple[str, ...]:
        """The signatures taken from the identity provider."""
        return tuple(self.oidc_algorithms.split(","))

    @property
    def catalog_url(self) -> str:
        """The catalog's database address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'catalog.db'}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of schedules, and of days."""
        return ZoneInfo(self.timezone)

    @property
    def bounds(self) -> Bounds:
        """How far connectors may go."""
        own = [self.data_dir]
        if self.database_url.startswith("sqlite"):
            own.append(Path(self.database_url.partition("///")[2].partition("?")[0]))
        return Bounds(self.file_mb, Egress.of(self.egress), tuple(str(place.absolute()) for place in own))

    @property
    def index_dir(self) -> Path:
        """Folder of the search index."""
        return self.data_dir / "index"

    @property
    def keys_dir(self) -> Path:
        """Folder of the keys, readable by their owner only."""
        return self.data_dir / "keys"


def _refuse_unknown(kind: type[Settings]) -> None:
    """A misspelt setting would be left out in silence."""
    known = {f"{_PREFIX}{name.upper()}" for name in kind.model_fields}
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else "See the settings in docs/operations.md."
            raise SettingsError(f"Setting {name}", "there is no such setting", hint)


def cache_dir() -> Path:
    """Where this account keeps what can be made again, by the XDG base directory specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "privacy-catalog"


def take_over(given: Mapping[str, str]) -> None:
    """Take over another process's environment, for resolving references to secrets as it would."""
    os.environ.update(given)


def environment() -> Mapping[str, str]:
    """The process environment, for resolving ``env:`` references to secrets."""
    return os.environ


def hand_on(settings: Settings) -> None:
    """Make these settings those of this process and of every process it starts."""
    for name in settings.model_fields_set:
        os.environ[f"{_PREFIX}{name.upper()}"] = str(getattr(settings, name))
