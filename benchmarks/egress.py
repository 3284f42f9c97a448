"""Where connectors go when names, addresses and servers try to lead them elsewhere, packet by packet.

It needs a network namespace of its own (Linux, ``unshare``): there every address answers, a name server says what an
attacker would have it say, and each packet is noted.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.proof import Proof
from benchmarks.rogues import INSIDE, LOOP, METADATA, PORT, REBOUND, Capture, Listener, Names, Zone, open_network
from catalog.deliver.web import post
from catalog.errors import CatalogError, DeliveryError
from catalog.model.egress import Egress
from catalog.plugins import load
from catalog.ports import Bounds, Connector
from tests.support.rogues import oracle_sending_to, serving, sqlserver_sending_to, web_sending_to

MORE: Mapping[str, Mapping[str, str]] = {
    "postgres": {"database": "d", "sslmode": "disable"},
    "mariadb": {"sslmode": "disable"},
    "sqlserver": {"database": "d"},
    "oracle": {"service": "s", "sslmode": "disable"},
}
#: What the operator allows: names, of which an attacker holds most, and one network.
EGRESS = f"inside.example:{PORT}, *.city.example:{PORT}, 10.7.7.0/24:{PORT}, 0.0.0.0/0:6000"
_SETTLE_SECONDS = 0.3
_ROUTED_PORT = 5010
_WEB_PORT, _REDIRECTING = 5080, (301, 302, 303, 307, 308)
_PROXY = "http://10.66.6.6:3128"

_ADDRESSES = (
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.8.8.8", "8.8.8.8", "224.0.0.1", "255.255.255.255", METADATA),
    *("::1", "::", "fe80::1", "ff02::1", "2001:db8::9", "fd00:ec2::254", "::ffff:10.7.7.7", "::ffff:169.254.169.254"),
    *("::10.7.7.7", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
)
_WRITTEN = (
    *("2130706433", "0x7f000001", "017700000001", "127.1", "0", "0x0", "127.0.1", "0177.0.0.1", "0x7f.0.0.1"),
    *("2852039166", "0xa9fea9fe", "025177524776", "169.254.43518", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376"),
    *("10.7.7.7.", "10.7.1799", "168232711", "0x0a070707", "012.07.07.07", "[::1]", "[10.7.7.7]", "fe80::1%lo"),
    *("inside.example@127.0.0.1", "127.0.0.1#inside.example", "user:word@inside.example", "inside.example:5000"),
    *("inside.example/..", "inside.example?x", "inside.example\\@127.0.0.1", "inside.example,127.0.0.1"),
    *("inside.example 127.0.0.1", "inside.example\t", "inside.example\0.evil", "inside.example%00", "..", "."),
    *("\N{FULLWIDTH DIGIT ONE}27.0.0.1", "①②⑦.0.0.1", "169。254。169。254", "inſide.example", "ınside.example"),
    *("http://127.0.0.1/", "//127.0.0.1", "/var/run/postgresql", "@abstract", "-h127.0.0.1", "localhost"),
    *("LOCALHOST.", "ip6-localhost", "evil.example", "inside.example.evil.example", "city.example", "xcity.example"),
)
_LEADING: Zone = {
    "evil.example": lambda _: [LOOP],
    "inside.example.evil.example": lambda _: [LOOP],
    "city.example": lambda _: [METADATA],
    "xcity.example": lambda _: [METADATA],
    "meta.city.example": lambda _: [METADATA],
    "loop.city.example": lambda _: [LOOP],
    "any.city.example": lambda _: ["0.0.0.0"],
    "link.city.example": lambda _: ["169.254.7.7"],
    "cast.city.example": lambda _: ["224.0.0.9"],
    "azure.city.example": lambda _: ["168.63.129.16"],
    "six.city.example": lambda _: ["::1"],
    "mapped.city.example": lambda _: ["::ffff:127.0.0.1"],
    "nat.city.example": lambda _: ["64:ff9b::7f00:1"],
    "tunnel.city.example": lambda _: ["2002:7f00:1::"],
    "cloud.city.example": lambda _: ["fd00:ec2::254"],
    "alias.city.example": lambda _: ["chain.evil.example"],
    "chain.evil.example": lambda _: ["end.evil.example"],
    "end.evil.example": lambda _: [METADATA],
    "mixed.city.example": lambda _: [METADATA, LOOP, "::1", REBOUND],
    "turned.city.example": lambda asked: [REBOUND] if asked == 1 else [LOOP],
    "later.city.example": lambda asked: [METADATA] if asked % 2 == 1 else [REBOUND],
    "inside.example": lambda _: [INSIDE],
}
_ALLOWED = {("tcp", place, PORT) for place in (INSIDE, REBOUND)}


@dataclass
class Tally:
    """What was tried and where it went."""

    tried: int = 0
    reached: int = 0
    controls: int = 0
    rogues: int = 0
    outside: list[tuple[str, str, int]] = field(default_factory=list)
    routed: int = 0
    read: int = 0
    begun: int = 0


def proofs() -> Iterator[Proof]:
    """Run it in a namespace of its own and tell what it found."""
    command = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-n", sys.executable, "-m", "benchmarks.egress"]
    proxies = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), _PROXY
    )
    done = subprocess.run(command, env={**os.environ, **proxies}, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    outside = len(found["outside"])
    yield Proof(
        "Connections and datagrams outside the operator's list, whatever hosts, names and servers try",
        f"{outside} in {found['tried']} attempts, {found['rogues']} of them redirects",
        "0 in at least 200",
        outside == 0 and found["tried"] >= 200,
    )
    yield Proof(
        "What is on the list is connected to",
        f"{found['reached']} of {found['controls']} controls",
        "all",
        found["reached"] == found["controls"] > 0,
    )
    yield Proof(
        "SQL Server's driver, sent elsewhere within the log-in by a server that has proved its name",
        f"{found['begun']} connections begun, {found['read']} sources read, in {found['routed']} attempts",
        "none read; begun is told, not promised",
        found["read"] == 0 and found["routed"] > 0,
    )


def main() -> None:
    """Try everything; only in a namespace of its own."""
    open_network()
    names, capture, listener = Names(_LEADING), Capture(), Listener(PORT)
    tally = Tally()
    for kind in MORE:
        for host in (*_ADDRESSES, *_WRITTEN, *_LEADING):
            names.asked.clear()
            _try(kind, host, PORT)
            tally.tried += 1
        for port in (22, PORT + 1, 5432):
            _try(kind, INSIDE, port)
            tally.tried += 1
        calls = len(listener.calls)
        for host in ("inside.example", INSIDE, "INSIDE.example."):
            _try(kind, host, PORT)
            time.sleep(_SETTLE_SECONDS)
            tally.controls += 1
            tally.reached += INSIDE in listener.calls[calls:]
            calls = len(listener.calls)
    _redirected(tally)
    time.sleep(_SETTLE_SECONDS)
    tally.outside = sorted(one for one in capture.went - _ALLOWED if not _is_ours(one))
    _routed(tally)
    time.sleep(_SETTLE_SECONDS)
    tally.begun = len({place for _, place, port in capture.went if port == _ROUTED_PORT} - {INSIDE})
    print(json.dumps(vars(tally)))


def _redirected(tally: Tally) -> None:
    for target in (METADATA, LOOP, REBOUND, "10.8.8.8", "meta.city.example"):
        with serving(oracle_sending_to(target, PORT + 2), INSIDE, PORT + 1) as port:
            _try("oracle", INSIDE, port, f"{INSIDE}:{port}, *.city.example, 0.0.0.0/0:{PORT + 2}")
            tally.tried, tally.rogues = tally.tried + 1, tally.rogues + 1
    for status in _REDIRECTING:
        for target in (METADATA, "10.8.8.8", "meta.city.example"):
            with serving(web_sending_to(f"http://{target}/", status), LOOP, _WEB_PORT), suppress(DeliveryError):
                post(f"http://{LOOP}:{_WEB_PORT}/", b"{}", delivery="1", secret=None, at=datetime.now(UTC))
            tally.tried, tally.rogues = tally.tried + 1, tally.rogues + 1


def _routed(tally: Tally) -> None:
    with TemporaryDirectory() as folder:
        certificate, key = Path(folder) / "c.pem", Path(folder) / "k.pem"
        made = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={INSIDE} -keyout {key} -out {certificate}"
        subprocess.run([*made.split(), "-addext", f"subjectAltName=IP:{INSIDE}"], check=True, capture_output=True)
        for target in (METADATA, "10.8.8.8", "meta.city.example"):
            rogue = sqlserver_sending_to(target, _ROUTED_PORT, certificate, key)
            with serving(rogue, INSIDE, _ROUTED_PORT):
                more = {"sslmode": "strict", "sslservercert": str(certificate)}
                tally.read += _try("sqlserver", INSIDE, _ROUTED_PORT, f"{INSIDE}:{_ROUTED_PORT}", **more)
            tally.routed += 1


def _is_ours(packet: tuple[str, str, int]) -> bool:
    """Whether it was to the name server or to the servers that send elsewhere."""
    kind, place, port = packet
    return kind == "dns" or (place, port) in {(INSIDE, PORT + 1), (LOOP, _WEB_PORT)}


def _try(kind: str, host: str, port: int, egress: str = EGRESS, **more: str) -> bool:
    """Test a source and list it; whether that went well."""
    options = {"host": host, "port": str(port), "user": "u", **MORE[kind], **more}
    with suppress(CatalogError, UnicodeError):
        opened: Connector = load("connectors", kind)(options, resolve=str, bounds=Bounds(1, Egress.of(egress)))
        with closing(opened):
            opened.check()
            list(opened.listing())
            return True
    return False


if __name__ == "__main__":
    main()
