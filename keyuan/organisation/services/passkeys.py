"""A person's passkeys: making, using and removing them (PLT-5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.drivers import passkeys as ceremonies
from keyuan.organisation.models import Passkey, User
from keyuan.organisation.selectors.people import own_id
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

#: More keys than this nobody tells apart.
MOST = 10


def handle_of(user_id: int) -> bytes:
    """Return the opaque name under which a device keeps a person's passkey."""
    return salted_hmac("keyuan.passkey", str(user_id), algorithm="sha256").digest()


def begin_passkey(*, actor: Actor, domain: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser needs to make a passkey, and what the session keeps. Raises Refused passkey.too_many."""
    user = User.objects.get(pk=own_id(actor))
    known = [bytes(key) for key in Passkey.objects.filter(user=user).values_list("public_key", flat=True)]
    if len(known) >= MOST:
        raise Refused("passkey.too_many", most=MOST)
    person = ceremonies.Person(handle_of(user.pk), user.staff_no, user.name)
    return ceremonies.begin_making(domain, person, known)


def add_passkey(
    *, actor: Actor, domain: str, state: Mapping[str, Any], answer: str, label: str, now: datetime
) -> Passkey:
    """Keep the passkey that a browser made. Raises Refused for a wrong answer, one too many, or one known already."""
    made = ceremonies.complete_making(domain, state, answer)
    user_id = own_id(actor)
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user_id)
            if Passkey.objects.filter(user_id=user_id).count() >= MOST:
                raise Refused("passkey.too_many", most=MOST)
            passkey = Passkey.objects.create(
                user_id=user_id,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                label=label.strip()[:60],
                created_at=now,
            )
            record(actor, Action.PERMISSION, Subject("user", user_id), detail={"passkey": "added"}, now=now)
    except IntegrityError as error:
        raise Refused("passkey.known") from error
    return passkey


def remove_passkey(*, actor: Actor, passkey_id: int, now: datetime) -> None:
    """Take one of one's own passkeys away. Raises NotFound for one that is not one's own."""
    with transaction.atomic():
        removed, _tables = Passkey.objects.filter(pk=passkey_id, user_id=own_id(actor)).delete()
        if not removed:
            raise NotFound
        detail = {"passkey": "removed"}
        record(actor, Action.PERMISSION, Subject("user", own_id(actor)), detail=detail, now=now)


def user_of_passkey(*, domain: str, state: Mapping[str, Any], answer: str, now: datetime) -> User:
    """Return whom a passkey's answer signs in. Raises Refused passkey.invalid for anything that is not in order.

    A counter that did not rise means that the key was copied: it opens nothing.
    """
    named = ceremonies.named_in(answer)
    passkey = Passkey.objects.select_related("user").filter(credential_id=named).first()
    if passkey is None:
        raise Refused("passkey.invalid")
    used = ceremonies.complete_use(domain, state, answer, bytes(passkey.public_key))
    user = passkey.user
    is_theirs = not used.handle or constant_time_compare(used.handle, handle_of(user.pk))
    if not is_theirs or not user.is_active or user.left_on is not None:
        raise Refused("passkey.invalid")
    fresh = Q(sign_count__lt=used.sign_count) if used.sign_count else Q(sign_count=0)
    # The comparison in the database decides between two requests that bring one answer.
    if not Passkey.objects.filter(fresh, pk=passkey.pk).update(sign_count=used.sign_count, last_used_at=now):
        raise Refused("passkey.invalid")
    return user
