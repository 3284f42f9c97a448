"""A bucket of S3, Amazon's or another's. Nothing but the options tells where it is and who asks: no environment, no
files of the account that runs this, no service of the machine's cloud.
"""

import io
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore, ConstantProvider
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from botocore.loaders import Loader
from botocore.session import Session
from urllib3.exceptions import HTTPError

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from catalog.ranges import Changed, Ranges, buffered
from connectors.options import Options
from connectors.places.common import OPTIONAL
from connectors.places.endpoint import authority_of, endpoint_of, port_of, prefix_of
from connectors.places.remote import Entry, RemoteWalk, refuse_unsafe
from connectors.places.s3_line import Broken, ObjectLine, Untrusted
from connectors.reaching import Pinned, Way

_CLOUD = "https://s3.{region}.amazonaws.com"
_TRIES = 3
_PAGE = 1000
_MOST_AT_ONCE = 4 * 1024 * 1024
_AWAY = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Classes from which an object has to be fetched back for hours, and for money, before it can be read."""
_NO_LOGIN = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired"}
) | frozenset({"RequestTimeTooSkewed", "AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "401"})
_OTHER_REGION = frozenset({"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"})
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})
_NOT_PERMITTED = frozenset({"AccessDenied", "AllAccessDisabled", "InvalidObjectState", "403"})
_CHANGED = frozenset({"PreconditionFailed", "412", "InvalidRange", "416"})
_Words = tuple[str, SkipReason, str, str]
"""What a refusal to list anything means: the step, the reason, the cause, what to do."""
_REFUSALS: tuple[tuple[frozenset[str], _Words], ...] = (
    (
        frozenset({"NoSuchBucket"}),
        ("bucket", SkipReason.UNREACHABLE, "there is no such bucket", "Check bucket and endpoint."),
    ),
    (
        _NO_LOGIN,
        (
            "login",
            SkipReason.LOGIN_REFUSED,
            "the login was refused",
            "Check access_key and secret_key, that they have not expired, and this machine's clock.",
        ),
    ),
    (
        _OTHER_REGION,
        ("bucket", SkipReason.BAD_SETTINGS, "the bucket is in another region", "Correct region and endpoint."),
    ),
    (
        _NOT_PERMITTED,
        (
            "listing",
            SkipReason.NO_PERMISSION,
            "the login may not list the bucket",
            "Permit it s3:ListBucket and s3:GetObject.",
        ),
    ),
)
_UNTRUSTED: _Words = (
    "TLS",
    SkipReason.UNREACHABLE,
    "the server's certificate is not one that is trusted",
    "Check endpoint and ca.",
)
_SILENT: _Words = (
    "answer",
    SkipReason.UNREACHABLE,
    "nothing answers there, or the connection broke",
    "Check endpoint, and that it is up.",
)
_STRANGE: _Words = (
    "answer",
    SkipReason.UNREACHABLE,
    "what answers there is no S3 storage, or is out of order",
    "Check endpoint.",
)
PROBLEMS = (BotoCoreError, ClientError, HTTPError, OSError, ValueError, TypeError, LookupError, AttributeError)
"""What the library raises: beside its own errors, whatever its reading of a strange answer stumbles over."""

# It tells names of objects and texts of the server.
logging.getLogger("botocore").setLevel(logging.CRITICAL + 1)

_Trouble = tuple[str, SourceError]
"""A step of the way, and what is wrong there."""


class S3Place:
    """Options: ``bucket``, ``access_key``, ``path`` (what the names of its objects begin with, a folder), ``endpoint``
    (where it is not Amazon's), ``region``, ``ca`` (a file of authorities), ``include``, and as references to secrets
    ``secret_key`` and, for a login that ends by itself, its ``session_token``.
    """

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:
        checked = Options.of(
            "S3 bucket",
            options,
            required=("bucket", "access_key", "secret_key"),
            optional=("path", "endpoint", "region", "ca", "session_token", *OPTIONAL),
        )
        self._options, self._resolve = checked, resolve
        self._bucket = checked.matching("bucket", r"(?=.{3,63}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])")
        self._access = checked.matching("access_key", r"[\w.@+/=-]{1,256}")
        self._region = checked.matching("region", r"[a-z0-9-]{1,40}", "us-east-1")
        self._endpoint = endpoint_of(checked, _CLOUD.format(region=self._region))
        self._prefix = prefix_of(checked)
        self._authority = authority_of(checked)
        self._include = checked.words("include")
        label = f"S3 bucket {self._bucket}"
        self._beat = bounds.beat
        self._way = Way(label, self._endpoint.hostname or "", port_of(self._endpoint), bounds.egress)
        self._way.refuse_unlisted()
        self._line: ObjectLine | None = None
        self._client: Any = None

    @property
    def label(self) -> str:
        """What errors call it."""
        return self._way.label

    def check(self) -> Sequence[Check]:
        """Test the way, TLS, the login, the bucket and listing it. Whether the login may change data cannot be asked
        without trying to.
        """
        self.close()
        checks, pinned = self._way.steps()
        if pinned is None:
            return checks
        try:
            self._connect(pinned)
        except SourceError as error:
            return [*checks, Check("TLS", passed=False, message=f"{error.cause}. {error.next_step}")]
        if trouble := self._trouble():
            step, why = trouble
            return [*checks, Check(step, passed=False, message=f"{why.cause}. {why.next_step}")]
        done = {"login": "the login is accepted", "listing": "the bucket can be listed"}
        return [*checks, *(Check(step, passed=True, message=message) for step, message in done.items())]

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every object; see :class:`~catalog.ports.Place`."""
        self._reach()
        trouble = None if below else self._trouble()
        if trouble:
            raise trouble[1]
        yield from RemoteWalk(self.label, self._include, self._entries, self._beat).files(below)

    @contextmanager
    def opened(self, path: str) -> Iterator[io.BufferedReader]:
        """Open one object, as it is now: once it is another one, no more of it is read.

        Raises:
            SourceError: when there is no way to the server.
            OSError: when it cannot be opened.
        """
        refuse_unsafe(path)
        self._reach()
        key = f"{self._prefix}{path}"
        with _as_os_errors():
            status = self._client.head_object(Bucket=self._bucket, Key=key)
            size, tag = int(status["ContentLength"]), str(status["ETag"])
        with buffered(Ranges(size, partial(self._fetched, key, tag))) as stream:
            yield stream

    def view(self) -> str:
        """Nothing but the settings: what a login may see it is not told, and a folder it may not list is told of."""
        return ""

    def cancel(self) -> None:
        """Cut the line; whoever waits for it gets a ``ConnectionError``."""
        line = self._line
        if line is not None:
            line.cut()

    def close(self) -> None:
        """Hang up."""
        line, self._line, self._client = self._line, None, None
        if line is not None:
            line.close()

    def _reach(self) -> None:
        """Have a line, laid anew where it was cut."""
        if self._line is None or self._line.is_cut:
            self.close()
            self._connect(self._way.pinned())

    def _connect(self, pinned: Pinned) -> None:
        if self._endpoint.scheme == "http" and not pinned.is_here:
            cause = "the way there is not encrypted"
            raise SourceError(self.label, cause, "Use https in endpoint.", reason=SkipReason.BAD_SETTINGS)
        try:
            line = ObjectLine(pinned, self._endpoint, self._authority)
        except OSError:
            raise self._options.bad("the file of the option ca holds no certificates", "Correct ca.") from None
        self._line = line
        self._client = boto3.Session(botocore_session=_session()).client(
            "s3",
            region_name=self._region,
            endpoint_url=self._endpoint.geturl(),
            aws_access_key_id=self._access,
            aws_secret_access_key=self._options.secret("secret_key", self._resolve) or "",
            aws_session_token=self._options.secret("session_token", self._resolve),
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "total_max_attempts": _TRIES},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        self._client.meta.events.register_last("before-send.s3", partial(_answered, line))

    def _trouble(self) -> _Trouble | None:
        """Why nothing can be listed: an empty folder is none, but one that is not there has no name to be found by."""
        try:
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        except PROBLEMS as error:
            step, reason, cause, next_step = _words(error)
            return step, SourceError(self.label, cause, next_step, reason=reason)
        if found.get("Contents") or not self._prefix:
            return None
        cause = "there is no object below the path"
        return "path", SourceError(self.label, cause, "Check path.", reason=SkipReason.UNREACHABLE)

    def _entries(self, folder: str) -> Iterator[Entry]:
        prefix = f"{self._prefix}{folder}/" if folder else self._prefix
        asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix, "Delimiter": "/", "MaxKeys": _PAGE}
        asked["OptionalObjectAttributes"] = ["RestoreStatus"]
        page: dict[str, Any] = {"IsTruncated": True}
        with _as_os_errors():
            while page["IsTruncated"]:
                before = asked.get("ContinuationToken")
                page = self._client.list_objects_v2(**asked)
                yield from _entries_of(page, prefix)
                asked["ContinuationToken"] = page.get("NextContinuationToken", "")
                if page["IsTruncated"] and asked["ContinuationToken"] in ("", before):
                    raise ConnectionAbortedError("a listing without end")

    def _fetched(self, key: str, tag: str, offset: int, wanted: int) -> bytes:
        most = min(wanted, _MOST_AT_ONCE)
        with _as_os_errors():
            part = self._client.get_object(
                Bucket=self._bucket, Key=key, IfMatch=tag, Range=f"bytes={offset}-{offset + most - 1}"
            )
            with closing(part["Body"]) as body:
                if part["ResponseMetadata"]["HTTPStatusCode"] != 206:
                    raise ConnectionAbortedError("not the part that was asked for")
                data: bytes = body.read(most)
        return data


def _session() -> Session:
    """A session that knows nothing of this machine: neither its environment nor files, nor models kept at home."""
    session = Session()
    defaults = {name: default for name, (_, _, default, _) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    defaults |= {"config_file": None, "credentials_file": None}
    store = ConfigValueStore({name: ConstantProvider(value) for name, value in defaults.items()})
    session.register_component("config_store", store)
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session


def _answered(line: ObjectLine, request: Any, **_: object) -> AWSResponse:
    """Answer in place of the library, which would connect by itself."""
    try:
        answer = line.asked(request.method, request.url, request.headers)
    except Broken:
        # Of the kind that it tries again.
        raise ConnectionClosedError(endpoint_url="") from None
    return AWSResponse(request.url, answer.status, answer.headers, answer)


def _entries_of(page: Mapping[str, Any], prefix: str) -> Iterator[Entry]:
    for folder in page.get("CommonPrefixes", ()):
        yield Entry(_below(folder["Prefix"], prefix).removesuffix("/"), is_folder=True)
    for item in page.get("Contents", ()):
        # An object of the folder's own name stands for it where it would be empty.
        if item["Key"] != prefix:
            size = int(item["Size"])
            mark = f"{str(item['ETag']).strip(chr(34))}.{size}.{item['LastModified'].timestamp():.0f}"
            refused = SkipReason.ARCHIVED if _is_away(item) else None
            yield Entry(_below(item["Key"], prefix), is_folder=False, size=size, mark=mark, refused=refused)


def _is_away(item: Mapping[str, Any]) -> bool:
    # One that was fetched back can be read until that ends.
    status = item.get("RestoreStatus", {})
    is_back = "RestoreExpiryDate" in status and not status.get("IsRestoreInProgress")
    return item.get("StorageClass") in _AWAY and not is_back


def _below(key: str, prefix: str) -> str:
    """The name of what is in a folder; no name at all for what is not."""
    return key.removeprefix(prefix) if key.startswith(prefix) else ""


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn the library's errors, whose texts tell what is asked for, into those of files."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        kinds = ((_GONE, FileNotFoundError), (_NOT_PERMITTED, PermissionError), (_CHANGED, Changed))
        kind = next((kind for codes, kind in kinds if code in codes), ConnectionError)
        raise kind("not granted") from None
    except PROBLEMS:
        raise ConnectionError("no answer") from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _words(error: Exception) -> _Words:
    if isinstance(error, Untrusted):
        return _UNTRUSTED
    if not isinstance(error, ClientError):
        return _SILENT
    return next((words for codes, words in _REFUSALS if _code(error) in codes), _STRANGE)
