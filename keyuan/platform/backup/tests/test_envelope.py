"""Streams into sealed volumes and back; every kind of damage has its name (PLT-12)."""

import io
import os
from dataclasses import replace

import pyrage
import pytest

from keyuan.platform.backup.envelope import Joined, open_bytes, pack, seal_bytes, unpack
from keyuan.platform.backup.faults import Flawed

VOLUME = 64 * 1024


@pytest.fixture
def identity():
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def packed(tmp_path, identity):
    plain = os.urandom(200_000) + b"zeros" * 10_000
    return plain, pack(io.BytesIO(plain), tmp_path, "book.age", [identity.to_public()], volume=VOLUME)


def opened(tmp_path, packed, identity):
    target = io.BytesIO()
    digest = unpack(Joined(packed.parts, lambda part: (tmp_path / part.name).open("rb")), target, [identity], "book")
    return target.getvalue(), digest


def test_what_was_packed_comes_back(tmp_path, packed, identity):
    plain, facts = packed

    found, digest = opened(tmp_path, facts, identity)

    assert found == plain
    assert (facts.size, facts.sha256) == (250_000, digest)
    assert [part.name for part in facts.parts] == [f"book.age.{number:04}" for number in range(4)]
    assert {part.size for part in facts.parts[:-1]} == {VOLUME}


def test_nothing_of_the_plain_text_stands_in_the_volumes(tmp_path, packed):
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("book.age.*"))

    assert b"zeroszeros" not in stored


def test_an_empty_stream_comes_back_empty(tmp_path, identity):
    facts = pack(io.BytesIO(b""), tmp_path, "book.age", [identity.to_public()])

    assert opened(tmp_path, facts, identity)[0] == b""


def flip(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("_case, damage, code", [
    ("a bit flipped", flip, "altered"),
    ("an end cut off", cut, "truncated"),
])  # fmt: skip
@pytest.mark.parametrize("number", [0, 1, 3])
def test_damage_is_named_with_its_part(tmp_path, packed, identity, _case, damage, code, number):
    _plain, facts = packed
    damage(tmp_path / facts.parts[number].name)

    with pytest.raises(Flawed) as caught:
        opened(tmp_path, facts, identity)

    assert caught.value.code == f"backup.flaw.{code}"
    assert caught.value.params["part"] == facts.parts[number].name


def test_two_parts_that_changed_places_are_found(tmp_path, packed, identity):
    _plain, facts = packed
    first, second = (tmp_path / facts.parts[number].name for number in (0, 1))
    left, right = first.read_bytes(), second.read_bytes()
    first.write_bytes(right)
    second.write_bytes(left)

    with pytest.raises(Flawed) as caught:
        opened(tmp_path, facts, identity)

    assert caught.value.code == "backup.flaw.altered"


def test_another_key_does_not_open_it(tmp_path, packed):
    with pytest.raises(Flawed) as caught:
        opened(tmp_path, packed[1], pyrage.x25519.Identity.generate())

    assert caught.value.code == "backup.flaw.wrong_key"


def test_a_stream_sealed_by_somebody_else_is_no_stream_of_ours(tmp_path, packed, identity):
    _plain, facts = packed
    forged = pyrage.encrypt(b"no zstd", [identity.to_public()])
    (tmp_path / "book.age.0000").write_bytes(forged)
    import hashlib

    part = replace(facts.parts[0], size=len(forged), sha256=hashlib.sha256(forged).hexdigest())

    with pytest.raises(Flawed) as caught:
        opened(tmp_path, replace(facts, parts=(part,)), identity)

    assert caught.value.code == "backup.flaw.unreadable"


def test_small_things_are_sealed_the_same_way(identity):
    sealed = seal_bytes(b"keys", [identity.to_public()])

    assert open_bytes(sealed, [identity], "keys.age") == b"keys"
    with pytest.raises(Flawed) as caught:
        open_bytes(sealed[:-1], [identity], "keys.age")
    assert caught.value.code == "backup.flaw.unreadable"
