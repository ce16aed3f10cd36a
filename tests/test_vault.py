"""Encryption at rest: a box opens in its own place, under its own ring, and nowhere else."""

from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag

from referral.vault import Vault

OLD, NEW = {"k1": b"1" * 32}, {"k2": b"2" * 32}
DATA = {"name": "Quillon"}


def test_a_box_opens_where_it_was_sealed() -> None:
    row, vault = uuid4(), Vault(OLD)
    key = vault.new_key(row)

    assert vault.open_key(row, key.wrapped).unseal("a.person", key.seal("a.person", DATA)) == DATA


def test_a_box_in_another_column_does_not_open() -> None:
    key = Vault(OLD).new_key(uuid4())
    box = key.seal("a.person", DATA)

    with pytest.raises(InvalidTag):
        key.unseal("a.message", box)


def test_a_key_in_another_row_does_not_open() -> None:
    vault = Vault(OLD)
    wrapped = vault.new_key(uuid4()).wrapped

    with pytest.raises(InvalidTag):
        vault.open_key(uuid4(), wrapped)


def test_a_ring_with_a_new_first_key_still_opens_the_old_boxes() -> None:
    row = uuid4()
    key = Vault(OLD).new_key(row)
    box = key.seal("a.person", DATA)
    turned = Vault(NEW | OLD)

    assert turned.open_key(row, key.wrapped).unseal("a.person", box) == DATA
    assert turned.new_key(row).wrapped.startswith(b"k2:")


def test_a_ring_without_the_old_key_opens_nothing_old() -> None:
    row = uuid4()

    with pytest.raises(KeyError):
        Vault(NEW).open_key(row, Vault(OLD).new_key(row).wrapped)


def test_a_cookie_opens_for_its_own_purpose_only() -> None:
    vault = Vault(OLD)
    sealed = vault.seal_text("form", DATA)

    assert vault.unseal_text("form", sealed) == DATA
    assert vault.unseal_text("other", sealed) is None
    assert Vault(NEW).unseal_text("form", sealed) is None


def test_what_a_browser_sends_never_asks_for_retired_keys() -> None:
    def ask_the_database() -> list[tuple[UUID, bytes]]:
        raise AssertionError("a dependency without I/O asks the database")

    vault = Vault(NEW, ask_the_database)
    foreign = "A" * 200
    for sent in (Vault(OLD).seal_text("form", DATA), foreign, vault.seal_text("other", DATA)):
        assert vault.unseal_text("form", sent) is None
    assert Vault(NEW | OLD).unseal_text("form", Vault(OLD).seal_text("form", DATA)) == DATA


@pytest.mark.parametrize("text", ["", "a", "AAAA", "é", "=", "A" * 200])
def test_what_is_no_cookie_of_ours_is_nothing(text: str) -> None:
    assert Vault(OLD).unseal_text("form", text) is None


def test_what_people_and_databases_hold_is_made_again_as_it_was() -> None:
    """Links, codes and indexes stand in letters and rows: another derivation would lose them."""
    vault, row = Vault({"k1": bytes(range(32))}), UUID(int=7)
    hashes = {
        "fingerprint": vault.fingerprint(b"x"),
        "blind index": vault.blind_index("email", b"x"),
        "mac": vault.mac("record", b"x"),
        "backup": vault.backup_key("k1", b"x"),
    }

    assert vault.link_token(row) == "JJCioJ_djYCW3WE4EISry08YrpfsC0bS"
    assert vault.spoken_code(row) == "6797-0691"
    assert {name: made.hex() for name, made in hashes.items()} == {
        "fingerprint": "d2cbbad461bb2bae98868c7c6fde4a487a71d30e0049ca7c5a73f61c68e04b0a",
        "blind index": "e7562ffa1eb96c0dddba3e8702b52740d85cd875fb4cad307815232560b0ae24",
        "mac": "e8056f7e7c4f07172b06b79b8692a3a71afd792a934b449d63f5366d2f0cc44f",
        "backup": "b09d6e1255e6aad0c80886081f5871141c135268702674d11a3f8a288d0a354a",
    }
