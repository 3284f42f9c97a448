"""What comes with a request: forms alone, not too large; everything else is refused in plain words, unread."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from tests.support.browsing import SAME_ORIGIN, HouseClient
from tests.support.city import City
from web import security
from web.pages import policy_reports

CANARY = "123-45-6789"
REPORT = {
    "csp-report": {
        "document-uri": f"http://localhost/types/SSN?q={CANARY}",
        "effective-directive": "script-src-attr",
        "violated-directive": "script-src",
        "blocked-uri": f"https://elsewhere.example/{CANARY}",
        "script-sample": CANARY,
    }
}


@pytest.fixture
def send(city: City, visit: Callable[[str | None], HouseClient]) -> Callable[..., TestResponse]:
    def send(kind: str, body: bytes, **more: Any) -> TestResponse:
        where = f"/datasets/{city.clients}/columns/{city.column}/SSN"
        return visit("cpo").post(where, input_stream=io.BytesIO(body), content_type=kind, headers=SAME_ORIGIN, **more)

    return send


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="verdict"; filename="a.csv"\r\n\r\nconfirmed\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", MULTIPART),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b'{"verdict": "confirmed"}'),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("text/plain", b"verdict=confirmed"),
        ("application/octet-stream", b"\0" * 1000),
        (security.REPORT_TYPE, b"{}"),
    ],
)
def test_what_is_no_form_is_refused_unread(kind: str, body: bytes, send: Callable[..., TestResponse]) -> None:
    answer = send(kind, body, content_length=len(body))
    assert answer.status_code == 400
    assert "it is not a form of a page of ours" in answer.text


@pytest.mark.parametrize("told", [{"content_length": 200_000}, {"environ_overrides": {"wsgi.input_terminated": True}}])
def test_a_huge_form_is_refused_however_long_it_says_it_is(
    told: dict[str, Any], send: Callable[..., TestResponse]
) -> None:
    answer = send("application/x-www-form-urlencoded", b"reason=" + b"a" * 200_000, **told)
    assert answer.status_code == 413
    assert "it holds more than is taken at once" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"verdict=%ff%fe%00&seen=%00",
        b"verdict=\xff\xfe",
        b"&" * 60_000,
        b"=&=&==&%&%%&%zz",
        "&".join(f"a{number}=" for number in range(9000)).encode(),
        b"verdict=confirmed&verdict=rejected"[:8],
        b"",
    ],
    ids=range(7),
)
def test_an_odd_form_is_only_a_wrong_form(body: bytes, send: Callable[..., TestResponse]) -> None:
    answer = send("application/x-www-form-urlencoded; charset=utf-7", body, content_length=len(body))
    assert answer.status_code == 400
    assert "it is neither yes nor no" in answer.text


def reported(client: HouseClient, body: bytes, kind: str = security.REPORT_TYPE) -> list[dict[str, Any]]:
    with capture_logs() as logs:
        answer = client.post("/policy-reports", data=body, content_type=kind, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.data) == (204, b"")
    return [{key: line[key] for key in ("reason", "route")} for line in logs if "reason" in line]


@pytest.fixture
def client(visit: Callable[[str | None], HouseClient], monkeypatch: pytest.MonkeyPatch) -> HouseClient:
    monkeypatch.setattr(policy_reports, "_allowance", policy_reports._Allowance())
    return visit(None)


def test_of_a_report_only_the_directive_and_the_route_are_kept(client: HouseClient) -> None:
    told = reported(client, json.dumps(REPORT).encode())
    assert told == [{"reason": "script-src-attr", "route": "identifier_types.show"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"csp-report": 5}',
        b'{"csp-report": {"effective-directive": "x 123-45-6789", "document-uri": "/123-45-6789"}}',
        b'{"csp-report": {"effective-directive": ["script-src"], "document-uri": "http://[123-45-6789"}}',
        b"[" * 8000,
    ],
)
def test_of_any_other_report_nothing_is_kept(body: bytes, client: HouseClient) -> None:
    assert reported(client, body) == [{"reason": "other", "route": "other"}]


def test_reports_are_short_and_few(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    long = json.dumps({**REPORT, "more": "a" * 9000}).encode()
    assert reported(client, long) == [{"reason": "other", "route": "other"}]
    assert reported(client, b"verdict=confirmed", "application/x-www-form-urlencoded") == []
    monkeypatch.setattr(policy_reports, "_allowance", policy_reports._Allowance())
    monkeypatch.setattr(policy_reports.time, "monotonic", lambda: 600.0)
    told = [reported(client, json.dumps(REPORT).encode()) for _ in range(25)]
    assert [len(each) for each in told] == [1] * 20 + [0] * 5
    monkeypatch.setattr(policy_reports.time, "monotonic", lambda: 660.0)
    assert reported(client, json.dumps(REPORT).encode())
