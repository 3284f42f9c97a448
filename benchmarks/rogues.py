"""A network of a proof's own, in which every address answers, names lead where an attacker wants, and every packet is
noted: nothing leaves it.
"""

import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

PORT = 5000
INSIDE, REBOUND = "10.7.7.7", "10.7.7.8"
METADATA, LOOP = "169.254.169.254", "127.0.0.1"
_ANY_PACKET = 0x0003
_TCP, _UDP = 6, 17
_DNS = 53

Zone = dict[str, Callable[[int], Sequence[str]]]
"""What a name leads to at its n-th question; a name among the answers is an alias."""


def open_network() -> None:
    """Make all addresses this machine's own; only inside a namespace of its own."""
    for command in (
        "ip link set lo up",
        "ip route add local 0.0.0.0/0 dev lo",
        "ip -6 route add local ::/0 dev lo",
    ):
        subprocess.run(command.split(), check=True)


class Capture:
    """Where packets went: protocol, address and port of each connection that was begun and each datagram."""

    def __init__(self) -> None:
        self.went: set[tuple[str, str, int]] = set()
        self._line = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ANY_PACKET))
        self._line.bind(("lo", 0))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            with suppress(struct.error, IndexError):
                self._note(self._line.recv(65535))

    def _note(self, packet: bytes) -> None:
        six = packet[0] >> 4 == 6
        protocol, start = (packet[6], 40) if six else (packet[9], 4 * (packet[0] & 15))
        target = str(ip_address(packet[24:40] if six else packet[16:20]))
        source, port = struct.unpack(">HH", packet[start : start + 4])
        if protocol == _TCP and packet[start + 13] & 0x12 == 0x02:
            self.went.add(("tcp", target, port))
        elif protocol == _UDP:
            self.went.add(("dns" if _DNS in (source, port) else "udp", target, port))


class Listener:
    """A server at every address that hangs up at once."""

    def __init__(self, port: int) -> None:
        self.calls: list[str] = []
        self._server = socket.socket(socket.AF_INET6)
        self._server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._server.bind(("::", port))
        self._server.listen(200)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            line, _ = self._server.accept()
            with line, suppress(OSError):
                self.calls.append(line.getsockname()[0].removeprefix("::ffff:"))


class Names:
    """A name server at every address."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.asked: dict[str, int] = {}
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind(("0.0.0.0", _DNS))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            question, peer, address = self._heard()
            with suppress(OSError, ValueError):
                self._line.sendmsg([self._answer(question)], [_from(address)], 0, peer)

    def _heard(self) -> tuple[bytes, tuple[str, int], bytes]:
        self._line.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO: the answer has to come from where it was asked
        question, told, _, peer = self._line.recvmsg(4096, 128)
        return question, peer, told[0][2][8:12]

    def _answer(self, question: bytes) -> bytes:
        labels, place = [], 12
        while question[place]:
            labels.append(question[place + 1 : place + 1 + question[place]].decode("ascii", "replace"))
            place += 1 + question[place]
        (kind,) = struct.unpack(">H", question[place + 1 : place + 3])
        name = ".".join(labels).lower()
        answers = self._records(name, kind)
        flags = 0x8180 if name in self.zone else 0x8183
        head = question[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
        return head + question[12 : place + 5] + b"".join(answers)

    def _records(self, name: str, kind: int) -> list[bytes]:
        if name not in self.zone:
            return []
        if kind == 1:
            self.asked[name] = self.asked.get(name, 0) + 1
        records = []
        for target in self.zone[name](self.asked.get(name, 1)):
            if target in self.zone:
                records.append(_record(name, 5, _written(target)))
                records += self._records(target, kind)
            elif kind == (28 if ":" in target else 1):
                records.append(_record(name, kind, ip_address(target).packed))
        return records


def _from(address: bytes) -> tuple[int, int, bytes]:
    return socket.IPPROTO_IP, 8, struct.pack("=I4s4s", 0, address, b"\0" * 4)


def _record(name: str, kind: int, data: bytes) -> bytes:
    return _written(name) + struct.pack(">HHIH", kind, 1, 0, len(data)) + data


def _written(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
