"""Sealed values: unreadable at rest, masked wherever they are printed, searchable only by keyed tokens (PLT-7)."""

import json
import stat

import pytest
from cryptography.exceptions import InvalidTag
from django.core.serializers.json import DjangoJSONEncoder

from keyuan.platform.crypto import Sealed, SealedField, blind_index, seal, sealed_from_text, tail_index
from keyuan.platform.crypto.cipher import decrypt, version_of
from keyuan.platform.crypto.keyring import add_data_key, load, remove_data_keys, ring

PHONE = "13800001402"


@pytest.mark.parametrize("algorithm", ["AES-256-GCM", "SM4-GCM"])
def test_a_sealed_value_opens_again_under_either_algorithm(settings, algorithm):
    settings.SEAL_ALGORITHM = algorithm
    blob = seal("phone", PHONE)

    assert PHONE.encode() not in blob
    assert decrypt("phone", blob) == PHONE


def test_values_sealed_under_both_algorithms_stand_side_by_side(settings):
    settings.SEAL_ALGORITHM = "SM4-GCM"
    national = seal("phone", PHONE)
    settings.SEAL_ALGORITHM = "AES-256-GCM"

    assert (decrypt("phone", national), decrypt("phone", seal("phone", PHONE))) == (PHONE, PHONE)


def test_equal_values_are_sealed_differently():
    assert seal("phone", PHONE) != seal("phone", PHONE)


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(InvalidTag):
        decrypt("bank_account", seal("phone", PHONE))


@pytest.mark.parametrize("position", [1, 5, 14, -1])
def test_an_altered_value_does_not_open(position):
    blob = bytearray(seal("phone", PHONE))
    blob[position] ^= 1

    with pytest.raises(InvalidTag):
        decrypt("phone", bytes(blob))


def test_only_fields_of_the_table_are_sealed():
    with pytest.raises(ValueError, match="name"):
        seal("name", "张三")


@pytest.mark.parametrize("_case, show", [
    ("str", str), ("format", lambda value: f"{value}"), ("repr", repr),
    ("json", lambda value: json.dumps(value, cls=DjangoJSONEncoder, default=str)),
])  # fmt: skip
def test_however_it_is_printed_the_middle_is_hidden(_case, show):
    assert "0000" not in show(sealed_from_text("phone", PHONE))


def test_nothing_is_not_sealed():
    assert sealed_from_text("phone", "") is None


def test_a_record_just_saved_holds_the_seal_and_no_longer_the_plain_text():
    class Owner:
        phone = PHONE

    column = SealedField("phone")
    column.set_attributes_from_name("phone")

    sent = column.pre_save(Owner, True)

    assert Owner.phone is sent
    assert (isinstance(sent, Sealed), str(sent) != PHONE, sent.equals(PHONE)) == (True, True, True)


def test_a_sealed_column_cannot_be_searched():
    field = SealedField("phone")

    with pytest.raises(TypeError, match="looked up"):
        field.get_lookup("exact")


def test_tokens_are_equal_for_equal_values_of_one_field_only():
    assert blind_index("phone", PHONE) == blind_index("phone", PHONE)
    assert blind_index("phone", PHONE) != blind_index("bank_account", PHONE)
    assert tail_index("phone", PHONE) == tail_index("phone", "13911111402")
    assert tail_index("phone", "140") is None


def test_tokens_survive_a_rotation_of_the_data_keys(own_ring):
    before = blind_index("phone", PHONE)
    add_data_key(own_ring)

    assert blind_index("phone", PHONE) == before


def test_the_ring_is_made_once_for_the_owner_alone(own_ring):
    first = ring()

    assert ring() == first == load(own_ring)
    assert stat.S_IMODE(own_ring.stat().st_mode) == 0o600


def test_a_new_key_seals_and_the_old_one_still_opens(own_ring):
    old = seal("phone", PHONE)
    add_data_key(own_ring)
    new = seal("phone", PHONE)

    assert (version_of(old), version_of(new)) == (1, 2)
    assert Sealed("phone", old) == Sealed("phone", new)


def test_the_key_in_force_cannot_be_removed(own_ring):
    ring()

    with pytest.raises(ValueError, match="current"):
        remove_data_keys(own_ring, {1})


def test_a_removed_key_opens_nothing(own_ring):
    old = seal("phone", PHONE)
    add_data_key(own_ring)
    remove_data_keys(own_ring, {1})

    with pytest.raises(KeyError):
        decrypt("phone", old)
