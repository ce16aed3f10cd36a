"""Which addresses may be sent to: nothing but the public internet, however it is written."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.webhooks.codes import Failure
from referral.webhooks.targets import Refused, Targets, is_own, is_public

MANY: Callable[..., Any] = settings(derandomize=True, database=None)
PUBLIC, PRIVATE = Targets(), Targets(private=True)
INSIDE = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"),
    *("64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16"),
    *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "5f00::/16"),
]


@MANY
@given(data=st.data(), network=st.sampled_from(INSIDE))
def test_no_address_of_a_network_that_is_not_public_is_allowed(data: Any, network: str) -> None:  # noqa: ANN401 - hypothesis
    address = data.draw(st.ip_addresses(network=network))

    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1"),
        *("2606:4700:4700::1111", "2a00:1450:4001::1"),
    ],
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("192.168.1.1", True),
        ("fd12::1", True),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address, not a binding
        ("::", False),
        ("240.0.0.1", False),
        ("100.100.100.200", False),
    ],
)
def test_an_operators_own_network_has_no_cloud_metadata(address: str, *, allowed: bool) -> None:
    assert is_own(ipaddress.ip_address(address)) is allowed


@pytest.mark.parametrize(
    "url",
    [
        *("https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0.0.0.0/"),
        *("https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/"),
        *("https://169.254.169.254/latest/meta-data/", "https://168.63.129.16/machine"),
        *("https://[::ffff:10.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[2002:7f00:1::]/"),
        *("https://[64:ff9b::7f00:1]/", "https://[fe80::1%25lo]/", "https://[fd00:ec2::254]/"),
        *("https://10.0.0.1:8443/x", "https://100.100.100.200/", "https://224.0.0.1/"),
        *("http://93.184.216.34/", "https://nowhere.invalid/", "https://a..b/"),
        f"https://{'a' * 64}.example/",
    ],
)
def test_a_url_that_leads_inside_or_nowhere_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        PUBLIC.check(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://93.184.216.34/", True),
        ("https://127.0.0.1/", True),
        ("http://127.0.0.1:9/", True),
        ("http://localhost:9/", True),
        ("https://10.0.0.1/", True),
        ("http://10.0.0.1/", False),
        ("http://93.184.216.34/", False),
        ("https://169.254.169.254/", False),
    ],
)
def test_an_operator_can_allow_their_own_network(url: str, *, allowed: bool) -> None:
    try:
        PRIVATE.check(url)
    except Refused:
        assert not allowed
    else:
        assert allowed


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **_options: Any) -> list[Any]:  # noqa: ANN401 - as the socket module
        return [(0, 0, 0, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(Refused) as refused:
        PUBLIC.check("https://desk.example.com/")
    assert refused.value.failure is Failure.ADDRESS
