"""Blobs of an Azure storage account. Nothing but the options tells who asks: no environment, no machine's identity."""

import binascii
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import parse_qs

import requests
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceModifiedError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobClient, BlobPrefix, BlobProperties, ContainerClient, ExponentialRetry

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from catalog.ranges import Changed, Ranges, buffered
from connectors.options import Options
from connectors.places.common import OPTIONAL
from connectors.places.endpoint import authority_of, endpoint_of, port_of, prefix_of
from connectors.places.http_line import HttpLine
from connectors.places.remote import Entry, RemoteWalk, refuse_unsafe
from connectors.reaching import Pinned, Way

_CLOUD = "https://{account}.blob.core.windows.net"
_SECONDS = 30
"""For one answer of the server."""
_TRIES = 2
"""Beside the first."""
_MOST_AT_ONCE = 4 * 1024 * 1024
_PAGE = 5000
_ONLY_READS = frozenset("rl")
_READ_ONLY = "Use a shared access signature that may only read and list, or set allow_write to yes."
_FOLDER_STUB = "hdi_isfolder"
_AWAY = frozenset({"Archive"})
"""Tiers from which a blob has to be fetched back for hours, and for money, before it can be read."""
_NO_LOGIN = frozenset(
    {"AuthenticationFailed", "AuthorizationFailure", "InvalidAuthenticationInfo", "NoAuthenticationInformation"}
) | frozenset({"AccountIsDisabled", "KeyBasedAuthenticationNotPermitted", "PublicAccessNotPermitted"})

_Trouble = tuple[str, SourceError]
"""A step of the way, and what is wrong there."""
PROBLEMS = (AzureError, requests.RequestException, OSError, ValueError, TypeError, LookupError, AttributeError)
"""What the library raises: beside its own errors, whatever its reading of a strange answer stumbles over."""


class AzurePlace:
    """Options: ``account``, ``container``, ``path`` (what the names of its blobs begin with, a folder), ``endpoint``
    (where it is not Azure's own cloud), ``ca`` (a file of authorities), ``include``, ``allow_write`` (``yes`` admits a
    login that may change data), and a secret: ``sas`` (a shared access signature) or ``key`` (the account's).
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        checked = Options.of(
            "Azure storage",
            options,
            required=("account", "container"),
            optional=("path", "endpoint", "ca", "sas", "key", "allow_write", *OPTIONAL),
        )
        account = _account_of(checked)
        self._may_write = checked.choice("allow_write", ("no", "yes")) == "yes"
        self._options, self._resolve = checked, resolve
        self._container = checked.matching("container", r"(?=.{3,63}$)\$?[a-z0-9](?:-?[a-z0-9])+")
        self._endpoint = endpoint_of(checked, _CLOUD.format(account=account))
        self._prefix = prefix_of(checked)
        self._authority = authority_of(checked)
        self._include = checked.words("include")
        label = f"Azure container {account}/{self._container}"
        self._beat = bounds.beat
        self._way = Way(label, self._endpoint.hostname or "", port_of(self._endpoint), bounds.egress)
        self._way.refuse_unlisted()
        self._line: HttpLine | None = None

    @property
    def label(self) -> str:
        """What errors call it."""
        return self._way.label

    def check(self) -> Sequence[Check]:
        """Test the way, TLS, the login, the container, listing it, and whether the login may do more than that."""
        self.close()
        checks, pinned = self._way.steps()
        if pinned is None:
            return checks
        try:
            login = self._login
        except SourceError as error:
            return [*checks, Check("login", passed=False, message=f"{error.cause}. {error.next_step}")]
        try:
            client = self._connected(pinned)
        except SourceError as error:
            return [*checks, Check("TLS", passed=False, message=f"{error.cause}. {error.next_step}")]
        if trouble := self._trouble(client):
            step, why = trouble
            return [*checks, Check(step, passed=False, message=f"{why.cause}. {why.next_step}")]
        done = {"login": "the login is accepted", "listing": "the container can be listed"}
        checks += [Check(step, passed=True, message=message) for step, message in done.items()]
        return [*checks, login.check()]

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every blob; see :class:`~catalog.ports.Place`."""
        client = self._client()
        trouble = None if below else self._trouble(client)
        if trouble:
            raise trouble[1]
        yield from RemoteWalk(self.label, self._include, partial(self._entries, client), self._beat).files(below)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open one blob, as it is now: once it is another one, no more of it is read.

        Raises:
            SourceError: when there is no way to the server.
            OSError: when it cannot be opened.
        """
        refuse_unsafe(path)
        blob = self._client().get_blob_client(f"{self._prefix}{path}")
        with _as_os_errors():
            status = blob.get_blob_properties()
        if _is_away(status):
            raise PermissionError("archived")
        with buffered(Ranges(status.size, partial(_fetched, blob, status.etag))) as stream:
            yield stream

    def view(self) -> str:
        """What the login says of itself that it may see."""
        return self._login.scope

    def cancel(self) -> None:
        """Cut the line; whoever waits for it gets a ``ConnectionError``."""
        line = self._line
        if line is not None:
            line.cut()

    def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    @cached_property
    def _login(self) -> "_Login":
        """Who asks; the secret is had when it is first needed, so that a source can be added where it is not."""
        return _Login.of(self._options, self._resolve, may_write=self._may_write)

    def _client(self) -> ContainerClient:
        """The container, over a line that is begun anew where it was cut."""
        self._login.refuse_more(self.label)
        if self._line is None or self._line.is_cut:
            self.close()
            return self._connected(self._way.pinned())
        return self._made(self._line)

    def _connected(self, pinned: Pinned) -> ContainerClient:
        if self._endpoint.scheme == "http" and not pinned.is_here:
            cause = "the way there is not encrypted"
            raise SourceError(self.label, cause, "Use https in endpoint.", reason=SkipReason.BAD_SETTINGS)
        try:
            self._line = HttpLine(pinned, self._authority)
        except OSError:
            raise self._options.bad("the file of the option ca holds no certificates", "Correct ca.") from None
        return self._made(self._line)

    def _made(self, line: HttpLine) -> ContainerClient:
        return ContainerClient(
            self._endpoint.geturl(),
            self._container,
            credential=self._login.credential,
            transport=RequestsTransport(
                session=line.session,
                session_owner=False,
                use_env_settings=False,
                connection_verify=line.session.verify,
                connection_timeout=_SECONDS,
                read_timeout=_SECONDS,
            ),
            retry_policy=ExponentialRetry(
                initial_backoff=1, increment_base=1, retry_total=_TRIES, retry_connect=0, random_jitter_range=0
            ),
            permit_redirects=False,
            user_agent_use_env=False,
            logging_enable=False,
        )

    def _trouble(self, client: ContainerClient) -> _Trouble | None:
        """Why nothing can be listed: an empty folder is none, but one that is not there has no name to be found by."""
        try:
            found = next(client.list_blobs(name_starts_with=self._prefix or None, results_per_page=1), None)
        except PROBLEMS as error:
            return _meaning(error, self.label)
        if found is not None or not self._prefix:
            return None
        cause = "there is no blob below the path"
        return "path", SourceError(self.label, cause, "Check path.", reason=SkipReason.UNREACHABLE)

    def _entries(self, client: ContainerClient, folder: str) -> Iterator[Entry]:
        prefix = f"{self._prefix}{folder}/" if folder else self._prefix
        with _as_os_errors():
            listed = client.walk_blobs(prefix or None, include=["metadata"], delimiter="/", results_per_page=_PAGE)
            for item in listed:
                if entry := _entry(item, prefix):
                    yield entry


@dataclass(frozen=True, slots=True)
class _Login:
    """Who asks.

    Parameters:
        scope: what may be seen, where the login says it.
        more: the letters of what it may do beside reading and listing; None where that is not looked at.
        policy: the name of the stored access policy that says what it may do; nothing where it says so itself.
    """

    account: str
    credential: AzureNamedKeyCredential | AzureSasCredential
    scope: str
    more: str | None
    policy: str = ""

    @classmethod
    def of(cls, options: Options, resolve: Callable[[str], str], *, may_write: bool) -> "_Login":
        account = _account_of(options)
        if sas := options.secret("sas", resolve):
            said = parse_qs(sas.strip().removeprefix("?"))
            if "sig" not in said or "://" in sas.partition("?")[0]:
                raise options.bad("the secret of sas is no shared access signature", "Give what stands after the ?.")
            rights = "".join(sorted(said.get("sp", [""])[0]))
            more = "".join(each for each in rights if each not in _ONLY_READS)
            scope = " ".join(f"{key}={said[key][0]}" for key in ("sr", "ss", "srt", "sdd", "si") if key in said)
            credential = AzureSasCredential(sas.strip().removeprefix("?"))
            policy = "" if rights else said.get("si", [""])[0]
            return cls(account, credential, f"sas {rights} {scope}".strip(), None if may_write else more, policy)
        key = options.secret("key", resolve) or ""
        return cls(account, AzureNamedKeyCredential(account, _key(options, key)), "key", None if may_write else "key")

    def check(self) -> Check:
        """Whether it may do no more than read, as far as it says so itself."""
        if self.more is None:
            message = "whether the login may change data is not looked at, as the settings say"
            return Check("write", passed=True, message=message)
        if self.policy:
            message = f"what it may do is said by the stored access policy {self.policy}, not by the signature"
            next_step = "Look there that it may only read and list, then set allow_write to yes."
            return Check("write", passed=False, message=f"{message}. {next_step}")
        if not self.more:
            return Check("write", passed=True, message="the login may only read")
        return Check("write", passed=False, message=f"{self._too_much}. {_READ_ONLY}")

    def refuse_more(self, label: str) -> None:
        """Refuse a login that says of itself that it may do more than read and list.

        Raises:
            SourceError: then, unless the settings admit it.
        """
        if self.more:
            raise SourceError(label, self._too_much, _READ_ONLY, reason=SkipReason.CAN_WRITE)

    @property
    def _too_much(self) -> str:
        return "an account's key may change and delete everything" if self.more == "key" else "it may change data"


def _account_of(options: Options) -> str:
    """The account, with one secret to log in to it."""
    if bool(options.text("sas")) == bool(options.text("key")):
        raise options.bad("it needs one of the options sas and key", "Give one of them, and not both.")
    return options.matching("account", r"[a-z0-9]{3,24}")


def _key(options: Options, key: str) -> str:
    try:
        binascii.a2b_base64(key.strip(), strict_mode=True)
    except ValueError:
        raise options.bad(
            "the secret of key is no key of a storage account", "Give one of its keys, as shown."
        ) from None
    return key.strip()


def _entry(item: BlobProperties | BlobPrefix, prefix: str) -> Entry | None:
    """What a blob is in its folder; nothing where it only stands for the folder."""
    full = str(item.name)
    name = full.removeprefix(prefix) if full.startswith(prefix) else ""
    if isinstance(item, BlobPrefix):
        return Entry(name.removesuffix("/"), is_folder=True)
    size = int(item.size or 0)
    is_stub = full == prefix or str((item.metadata or {}).get(_FOLDER_STUB, "")).lower() == "true"
    if is_stub and not size:
        return None
    refused = SkipReason.ARCHIVED if _is_away(item) else None
    return Entry(name, is_folder=False, size=size, mark=f"{str(item.etag).strip(chr(34))}.{size}", refused=refused)


def _is_away(blob: BlobProperties) -> bool:
    return str(blob.blob_tier) in _AWAY


def _fetched(blob: BlobClient, etag: str, offset: int, wanted: int) -> bytes:
    with _as_os_errors():
        part = blob.download_blob(
            offset,
            min(wanted, _MOST_AT_ONCE),
            etag=etag,
            match_condition=MatchConditions.IfNotModified,
            max_concurrency=1,
            decompress=False,
        )
        return part.readall()


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn the library's errors, whose texts tell what is asked for, into those of files."""
    try:
        yield
    except ResourceNotFoundError:
        raise FileNotFoundError("gone") from None
    except ResourceModifiedError:
        raise Changed("another one") from None
    except HttpResponseError as error:
        if _is_no_login(error):
            # It ran out on the way: nothing that follows is known any more.
            raise ConnectionError("not logged in") from None
        if error.status_code == 403 or _code(error) == "BlobArchived":
            raise PermissionError("not permitted") from None
        raise ConnectionError("no answer that is known") from None
    except PROBLEMS:
        raise ConnectionError("no answer") from None


def _is_no_login(error: HttpResponseError) -> bool:
    return error.status_code == 401 or _code(error) in _NO_LOGIN


def _code(error: HttpResponseError) -> str:
    code = getattr(error, "error_code", "")
    return str(getattr(code, "value", code))


def _meaning(error: Exception, label: str) -> _Trouble:
    """What a refusal to list anything means."""
    step, reason, cause, next_step = _words(error)
    return step, SourceError(label, cause, next_step, reason=reason)


def _words(error: Exception) -> tuple[str, SkipReason, str, str]:
    if isinstance(getattr(error, "inner_exception", None), requests.exceptions.SSLError):
        cause = "the server's certificate is not one that is trusted"
        return "TLS", SkipReason.UNREACHABLE, cause, "Check endpoint and ca."
    if isinstance(error, ResourceNotFoundError):
        return "container", SkipReason.UNREACHABLE, "there is no such container", "Check account and container."
    if not isinstance(error, HttpResponseError):
        cause = "nothing answers there, or the connection broke"
        return "answer", SkipReason.UNREACHABLE, cause, "Check endpoint, and that it is up."
    if _is_no_login(error):
        next_step = "Check that the secret is right, has not expired, and that the account admits this machine."
        return "login", SkipReason.LOGIN_REFUSED, "the login was refused", next_step
    if error.status_code == 403:
        cause = "the login may not list the container"
        return "listing", SkipReason.NO_PERMISSION, cause, "Permit it to read and to list."
    cause = "what answers there is no Azure storage, or is out of order"
    return "answer", SkipReason.UNREACHABLE, cause, "Check endpoint."
