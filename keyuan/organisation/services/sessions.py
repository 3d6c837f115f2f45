"""Signed-in devices: begun at sign-in, touched at most once a minute, ended one by one or all at once (PLT-5)."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor, Origin, system_actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import ProviderSession, SignIn, User
from keyuan.organisation.selectors.people import own_id
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

#: Sessions ended by one run of the tidying job.
CHUNK = 2000


def begin_session(*, actor: Actor, session_key: str, alone: bool = False, now: datetime) -> SignIn:
    """Note a sign-in: the device, where from, and an audit event; ``alone`` ends the person's other sessions."""
    others = open_keys(own_id(actor), keep=session_key) if alone else []
    with transaction.atomic():
        end_all(others, now=now)
        sign_in = SignIn.objects.create(
            user_id=own_id(actor),
            session_key=session_key,
            device=actor.origin.device[:200],
            address=actor.origin.address[:45],
            started_at=now,
            seen_at=now,
            post_id=actor.post_id,
        )
        User.objects.filter(pk=own_id(actor)).update(last_seen_at=now)
        detail = {"sessions": len(others)} if others else None
        record(actor, Action.SIGN_IN, Subject("user", own_id(actor)), detail=detail, now=now)
    return sign_in


def note_provider(*, session_key: str, subject: str, session: str, wall: datetime) -> None:
    """Note what the identity provider calls a session that it vouched for, so that it can end it."""
    sign_in = SignIn.objects.get(session_key=session_key)
    ProviderSession.objects.create(sign_in=sign_in, subject=subject, session=session, begun_at=wall)


def end_by_provider(
    *, subject: str, session: str, at: datetime, leeway: timedelta, origin: Origin, now: datetime
) -> int:
    """End what the identity provider ended: the session it names, else all of the subject; return how many.

    Sessions that began after ``at`` (clocks may differ by ``leeway``) go on, so that a token told again ends nothing
    new. Those begun by password or passkey are not the provider's and stay.
    """
    rows = ProviderSession.objects.filter(sign_in__ended_at__isnull=True, begun_at__lte=at + leeway)
    rows = rows.filter(session=session) if session else rows.filter(subject=subject)
    if session and subject:
        rows = rows.filter(subject=subject)
    found = list(rows.values_list("sign_in__session_key", "sign_in__user_id"))
    with transaction.atomic():
        end_all([key for key, _user in found], now=now)
        actor = system_actor("single-sign-on").at(origin)
        for user_id in sorted({user for _key, user in found}):
            count = sum(user == user_id for _key, user in found)
            detail = {"sessions": count, "by": "provider"}
            record(actor, Action.SIGN_OUT, Subject("user", user_id), detail=detail, now=now)
    return len(found)


def touch_session(session_key: str, user_id: int, *, now: datetime) -> None:
    """Note that a session is alive; the caller sees to it that this happens at most once a minute."""
    SignIn.objects.filter(session_key=session_key).update(seen_at=now)
    User.objects.filter(pk=user_id).update(last_seen_at=now)


def end_session(session_key: str, *, now: datetime) -> None:
    """Note that a session has ended by itself (idle)."""
    SignIn.objects.filter(session_key=session_key, ended_at__isnull=True).update(ended_at=now)


def sign_out(*, actor: Actor, session_key: str, now: datetime) -> None:
    """Note that a person signed out of this device."""
    with transaction.atomic():
        end_session(session_key, now=now)
        record(actor, Action.SIGN_OUT, Subject("user", own_id(actor)), now=now)


def end_own_session(*, actor: Actor, sign_in_id: int, now: datetime) -> None:
    """End one of the actor's own sessions, on whatever device. Raises NotFound for anybody else's."""
    found = SignIn.objects.filter(pk=sign_in_id, user_id=own_id(actor), ended_at__isnull=True).first()
    if found is None:
        raise NotFound
    with transaction.atomic():
        end_all([found.session_key], now=now)
        record(actor, Action.SIGN_OUT, Subject("user", own_id(actor)), detail={"sign_in": sign_in_id}, now=now)


def end_other_sessions(*, actor: Actor, keep: str, now: datetime) -> int:
    """End every session of the actor but the one with key ``keep``, and forget trusted devices; return how many."""
    keys = open_keys(own_id(actor), keep=keep)
    with transaction.atomic():
        end_all(keys, now=now)
        distrust_devices(own_id(actor))
        record(actor, Action.SIGN_OUT, Subject("user", own_id(actor)), detail={"sessions": len(keys)}, now=now)
    return len(keys)


def open_keys(user_id: int, *, keep: str = "") -> list[str]:
    """Return the keys of a person's sessions that have not ended."""
    found = SignIn.objects.filter(user_id=user_id, ended_at__isnull=True).exclude(session_key=keep)
    return list(found.values_list("session_key", flat=True))


def end_all(keys: list[str], *, now: datetime) -> None:
    """Delete the sessions ``keys``: whoever holds their cookie is a stranger from the next request on."""
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys, ended_at__isnull=True).update(ended_at=now)


def distrust_devices(user_id: int) -> None:
    """Ask every browser of a person for the second factor again, also those that were trusted for some days."""
    User.objects.filter(pk=user_id).update(trust_round=F("trust_round") + 1)


def rename_session(before: str, after: str) -> None:
    """Follow a session whose key was changed, so that it stays in the list of devices."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


def tidy_sessions(*, idle_since: datetime, now: datetime, wall: datetime) -> int:
    """End the sessions not used since ``idle_since`` and delete what no cookie can open any more; return how many.

    ``now`` is the book's present, ``wall`` the true one by which Django lets sessions expire.
    """
    stale = SignIn.objects.filter(ended_at__isnull=True, seen_at__lt=idle_since)
    keys = list(stale.values_list("session_key", flat=True)[:CHUNK])
    with transaction.atomic():
        end_all(keys, now=now)
    Session.objects.filter(expire_date__lt=wall).delete()
    return len(keys)
