"""Where sources may be read from: the operator's list of hosts, networks and ports, and what it lets pass.

Nothing passes that the list does not hold. Addresses of a kind that others can make a name lead to for their own ends
(this machine, its link, the metadata services of clouds, and IPv6 forms that wrap IPv4 addresses) pass only where the
list writes out such an address or a network among them: never because a name or a wider network is on it.
OWASP ASVS 5.0, 1.3.6 and 13.2.4.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from catalog.errors import SettingsError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SETTING = "PRIVACY_CATALOG_EGRESS"
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
# What the system's resolver would read as an address, in whatever notation: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_WITH_PORT = re.compile(r"(?P<host>[^:\[\]]+|\[[^\[\]]*\](?:/[0-9]+)?)(?::(?P<port>[0-9]{1,5}))?")
_SPECIAL: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            # Unspecified, loopback and IPv4-compatible; IPv4-mapped and -translated; NAT64; Teredo; 6to4.
            *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
            *("fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)
#: Where clouds tell a machine its own credentials: only the very address in the list lets one pass.
_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
) | frozenset(map(ip_address, ("fd00:ec2::254", "fd20:ce::254")))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a name, all names below one (``host`` begins with a full stop), or a network; any port if None."""

    host: str
    network: Network | None
    port: int | None

    @classmethod
    def of(cls, text: str) -> "Entry":
        """Read one entry: ``host``, ``*.suffix``, ``CIDR``, ``address`` or ``[v6]``, each with or without ``:port``.

        Raises:
            SettingsError: when it is none of these.
        """
        whole = _network(text) if text.count(":") > 1 and "[" not in text else None
        if whole is not None:
            return cls("", whole, None)
        parts = _WITH_PORT.fullmatch(text)
        port = int(parts["port"]) if parts and parts["port"] else None
        if parts is None or (port is not None and not 1 <= port <= 65535):
            raise _bad(text)
        host = canonical(parts["host"].replace("[", "").replace("]", ""))
        if network := _network(host):
            return cls("", network, port)
        suffix = host.startswith("*.")
        if not is_name(host.removeprefix("*.")):
            raise _bad(text)
        return cls(host.removeprefix("*") if suffix else host, None, port)

    def has_port(self, port: int) -> bool:
        """Whether it is of this port."""
        return self.port in (None, port)

    def names(self, host: str) -> bool:
        """Whether it is of this name; that of ``*.suffix`` is of all names below the suffix, not of the suffix."""
        return host.endswith(self.host) if self.host.startswith(".") else host == self.host

    def holds(self, address: Address) -> bool:
        """Whether it is a network that holds the address, and means to where it is a special one."""
        if self.network is None or address not in self.network:
            return False
        if address in _METADATA:
            return self.network.num_addresses == 1
        return all(_within(self.network, special) for special in _SPECIAL if address in special)


@dataclass(frozen=True, slots=True)
class Egress:
    """The whole list."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Egress":
        """Read the setting: entries separated by commas.

        Raises:
            SettingsError: naming the first entry that is none.
        """
        return cls(tuple(Entry.of(entry.strip()) for entry in text.split(",") if entry.strip()))

    def may_hold(self, host: str, port: int) -> bool:
        """Whether a host could pass, before its name is looked up."""
        name = canonical(host)
        address = _address(name)
        if address is not None:
            return any(entry.has_port(port) and entry.holds(address) for entry in self.entries)
        return is_name(name) and any(
            entry.has_port(port) and (entry.network is not None or entry.names(name)) for entry in self.entries
        )

    def passing(self, host: str, port: int, addresses: Iterable[str]) -> tuple[str, ...]:
        """Those of the addresses of a host that may be connected to, in their order.

        Parameters:
            addresses: all that its name leads to. The others are left out, not a reason against these: what is
                connected to is one of these and no other.
        """
        entries = [entry for entry in self.entries if entry.has_port(port)]
        named = is_name(canonical(host)) and any(
            entry.network is None and entry.names(canonical(host)) for entry in entries
        )
        return tuple(
            text
            for text in dict.fromkeys(addresses)
            if (address := _address(text)) is not None
            and (any(entry.holds(address) for entry in entries) or (named and not _is_special(address)))
        )


NOWHERE = Egress()


def canonical(host: str) -> str:
    """A host as it is compared."""
    return host.lower().removesuffix(".") if host.isascii() else host


def is_host(host: str) -> bool:
    """Whether this is a name, or an address written in full."""
    return is_name(canonical(host)) or _address(host) is not None


def is_name(host: str) -> bool:
    """Whether this is a name in canonical form, and nothing that a resolver would read as an address."""
    return bool(_NAME.fullmatch(host)) and not _NUMBER.fullmatch(host)


def is_special(text: str) -> bool:
    """Whether an address passes only where the list writes it out."""
    address = _address(text)
    return address is None or _is_special(address)


def _is_special(address: Address) -> bool:
    return address in _METADATA or any(address in special for special in _SPECIAL)


def is_loopback(addresses: Sequence[str]) -> bool:
    """Whether all of these are this machine itself."""
    return all(ip_address(address).is_loopback for address in addresses)


def entry_for(host: str, port: int) -> str:
    """The entry that lets a host or an address pass."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _address(text: str) -> Address | None:
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> Network | None:
    try:
        return None if "%" in text else ip_network(text)
    except ValueError:
        return None


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _bad(text: str) -> SettingsError:
    return SettingsError(
        f"Setting {SETTING}, the entry {text[:80]!r}",
        "it is no host, *.suffix, address or network with or without a port",
        "Write, for example: db1.example:5432, *.dob.example, 10.1.0.0/16:1433, [2001:db8::7]:1521.",
    )
