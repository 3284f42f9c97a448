"""What the operator's list of places lets pass: nothing that it does not hold."""

import pytest

from catalog.errors import SettingsError
from catalog.model.egress import Egress, entry_for, is_host
from catalog.settings import Settings

LIST = Egress.of(
    "db1.example:5432, *.dob.example, 10.1.0.0/16:1433, 10.2.0.7, 2001:db8::7, [2001:db8:1::]/48:1521, any.example"
)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("db1.example", 5432),
        ("DB1.Example.", 5432),
        ("a.b.dob.example", 1),
        ("10.1.2.3", 1433),
        ("10.2.0.7", 65535),
        ("2001:db8::7", 5432),
        ("2001:0DB8:1::9", 1521),
        ("any.example", 9),
    ],
)
def test_what_is_on_the_list_passes(host: str, port: int) -> None:
    assert LIST.may_hold(host, port)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("10.1.2.3", 1434),
        ("10.2.0.8", 1),
        ("2001:db8::8", 5432),
        ("2001:db8:1::9", 1522),
        ("2001:db8::7%eth0", 5432),
        ("167903239", 1),
        ("0x0a.0x02.0x00.0x07", 1),
        ("012.2.0.7", 1),
        ("10.2.7", 1),
        ("any.example.1", 9),
        ("any.example:9", 9),
        ("user@any.example", 9),
        ("any.example#", 9),
        ("any。example", 9),
        ("\N{FULLWIDTH DIGIT ONE}0.2.0.7", 1),
        ("any..example", 9),
        ("", 9),
    ],
)
def test_what_is_not_on_it_does_not(host: str, port: int) -> None:
    assert not LIST.may_hold(host, port)


def test_a_name_that_no_entry_names_passes_by_its_address_only() -> None:
    assert not Egress.of("any.example:9").may_hold("other.example", 9)
    assert not Egress.of("any.example:9").may_hold("any.example", 8)
    assert LIST.passing("other.example", 1433, ["10.1.0.9", "10.3.0.9"]) == ("10.1.0.9",)
    assert LIST.passing("dob.example", 7, ["10.9.9.9"]) == ()
    assert LIST.passing("any.example", 9, ["10.9.9.9", "10.9.9.9"]) == ("10.9.9.9",)


SPECIAL = [
    *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "169.254.1.1", "fe80::1", "fe80::1%2", "224.0.0.1", "ff02::1"),
    *("255.255.255.255", "169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "fd20:ce::254"),
    *("::ffff:10.2.0.7", "::10.2.0.7", "2002:a02:7::", "64:ff9b::a02:7", "2001:0:a02:7::", "::ffff:0:10.2.0.7"),
]


@pytest.mark.parametrize("address", SPECIAL)
def test_a_name_on_the_list_or_a_wide_network_does_not_lead_to_special_addresses(address: str) -> None:
    wide = Egress.of("evil.example, *.example, 0.0.0.0/0, [::]/0, 0.0.0.0/1, 128.0.0.0/1")
    assert wide.passing("evil.example", 5432, [address]) == ()
    assert not wide.may_hold(address, 5432)


@pytest.mark.parametrize("address", [address for address in SPECIAL if "%" not in address])
def test_a_special_address_that_is_written_out_passes(address: str) -> None:
    assert Egress.of(entry_for(address, 5432)).passing("x.example", 5432, [address]) == (address,)


def test_a_network_among_special_ones_opens_it_but_for_metadata() -> None:
    link = Egress.of("169.254.0.0/16, 127.0.0.0/8")
    assert link.passing("x", 1, ["169.254.1.1", "169.254.169.254", "127.0.0.2"]) == ("169.254.1.1", "127.0.0.2")


def test_an_empty_list_holds_nothing() -> None:
    assert Egress.of(" , ") == Egress()
    assert not Egress().may_hold("10.2.0.7", 1)


@pytest.mark.parametrize(
    "entry",
    [
        *("*", "*.", "a b", "a:0", "a:65536", "a:b", "10.1.2.3/8", "10.1.2", "1", "http://a", "a/b", "[::1", "::1]"),
        *("a:1:2", "fe80::1%eth0", "-a", "a-", "user@a", "*a.example", "a.*.example", "ünï.example", "a..b"),
    ],
)
def test_an_entry_that_is_none_is_named_when_the_settings_are_read(entry: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(egress=f"ok.example, {entry}")
    assert repr(entry) in caught.value.thing


def test_what_is_a_host() -> None:
    hosts = ["db1", "db_1.example.", "10.0.0.1", "::1", "1.example", "1", "10.1", "0x7f000001", "a..b", "-a", "a b"]
    assert [is_host(host) for host in hosts] == [True] * 5 + [False] * 6
