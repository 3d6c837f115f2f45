"""Looking after accounts: data, locking, sessions, second factor, closing (PLT-5)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.events import AgentsChanged, PeopleChanged
from keyuan.organisation.extensions import leavings
from keyuan.organisation.models import Agent, Post, User
from keyuan.organisation.selectors.people import access_user
from keyuan.organisation.services.attempts import forget_attempts, has_attempts
from keyuan.organisation.services.authority import is_administrator, require_administrators_left
from keyuan.organisation.services.facts import user_facts
from keyuan.organisation.services.provision import name_pinyin
from keyuan.organisation.services.second_factor import clear
from keyuan.organisation.services.sessions import distrust_devices, end_all, open_keys
from keyuan.platform.audit import Action, record
from keyuan.platform.events import emit
from keyuan.platform.subjects import Subject


def locked_user(actor: Actor, user_id: int) -> User:
    """Return the person in reach, row-locked. Raises NotFound, and Refused for oneself unless administrator."""
    access_user(actor, user_id)
    if user_id == actor.id and not is_administrator(actor):
        raise Refused("user.own")
    return User.objects.select_for_update().get(pk=user_id)


def update_user(
    *,
    actor: Actor,
    user_id: int,
    version: int,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    joined_on: date | None = None,
    now: datetime,
) -> User:
    """Change a person's data; None leaves e-mail and phone as they are (the form shows their mask only).

    Raises Conflict when somebody else saved in the meantime.
    """
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = locked_user(actor, user_id)
        if user.version != version:
            raise Conflict("conflict", version=user.version, theirs={"name": user.name, "joined_on": user.joined_on})
        before = user_facts(user)
        user.name, user.name_pinyin, user.joined_on = name.strip(), name_pinyin(name), joined_on
        user.email = user.email if email is None else email
        user.phone = user.phone if phone is None else phone
        user.version += 1
        user.save(update_fields=["name", "name_pinyin", "email", "phone", "joined_on", "version"])
        user.refresh_from_db()
        record(actor, Action.UPDATE, Subject("user", user.pk), before=before, after=user_facts(user), now=now)
        emit(PeopleChanged((user.pk,), "UPDATE"))
    return user


def lock_user(*, actor: Actor, user_id: int, reason: str, now: datetime) -> User:
    """Bar a person from signing in and end their sessions. Raises Refused for the last administrator."""
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = locked_user(actor, user_id)
        user.is_active = False
        user.version += 1
        user.save(update_fields=["is_active", "version"])
        require_administrators_left()
        end_all(open_keys(user.pk), now=now)
        record(actor, Action.PERMISSION, Subject("user", user.pk), reason=reason, detail={"account": "locked"}, now=now)
        emit(PeopleChanged((user.pk,), "UPDATE"))
    return user


def unlock_user(*, actor: Actor, user_id: int, now: datetime) -> User:
    """Let a person sign in again, also after too many failures. Raises Refused for someone who has left."""
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = locked_user(actor, user_id)
        if user.left_on is not None:
            raise Refused("user.left")
        user.is_active = True
        user.version += 1
        user.save(update_fields=["is_active", "version"])
        forget_attempts(user.staff_no)
        record(actor, Action.PERMISSION, Subject("user", user.pk), detail={"account": "unlocked"}, now=now)
        emit(PeopleChanged((user.pk,), "UPDATE"))
    return user


def end_sessions_of(*, actor: Actor, user_id: int, now: datetime) -> int:
    """End every session of a person and forget their trusted devices; return how many sessions."""
    actor.require(p.USERS_EDIT)
    access_user(actor, user_id)
    keys = open_keys(user_id)
    with transaction.atomic():
        end_all(keys, now=now)
        distrust_devices(user_id)
        record(actor, Action.PERMISSION, Subject("user", user_id), detail={"sessions_ended": len(keys)}, now=now)
    return len(keys)


def reset_second_factor(*, actor: Actor, user_id: int, reason: str, now: datetime) -> User:
    """Take a lost second factor and all passkeys from a person and end their sessions."""
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = locked_user(actor, user_id)
        clear(user)
        user.passkeys.all().delete()
        end_all(open_keys(user.pk), now=now)
        detail = {"second_factor": "reset"}
        record(actor, Action.PERMISSION, Subject("user", user.pk), reason=reason, detail=detail, now=now)
    return user


def close_account(*, actor: Actor, user_id: int, left_on: date, reason: str, now: datetime) -> User:
    """Close the account of a leaver: no sign-in, no sessions, posts end, hand-over begins (PLT-5).

    Raises Refused when it is closed already and for the last administrator.
    """
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = locked_user(actor, user_id)
        if user.left_on is not None:
            raise Refused("user.left")
        before = user_facts(user)
        user.is_active, user.left_on = False, left_on
        user.version += 1
        user.save(update_fields=["is_active", "left_on", "version"])
        end_posts(user, left_on)
        require_administrators_left()
        working = Agent.objects.filter(user=user, status=Agent.Status.ACTIVE)
        agents = tuple(working.order_by("pk").values_list("pk", flat=True))
        working.update(status=Agent.Status.LEFT, left_on=left_on)
        end_all(open_keys(user.pk), now=now)
        for leaving in leavings:
            leaving.start(actor, user.pk)
        after = user_facts(user)
        record(actor, Action.UPDATE, Subject("user", user.pk), before=before, after=after, reason=reason, now=now)
        emit(PeopleChanged((user.pk,), "LEAVE"))
        if agents:
            emit(AgentsChanged(agents))
    return user


def is_shut_out(user: User) -> bool:
    """Tell whether ``user`` is locked, or has failed to sign in lately: whether unlocking would change anything."""
    return not user.is_active or has_attempts(user.staff_no)


def end_posts(user: User, day: date) -> None:
    """End the posts of ``user`` on ``day``; those that would begin later never do."""
    Post.objects.filter(user=user, valid_from__gt=day).delete()
    for post in Post.objects.filter(user=user):
        if post.valid_until is None or post.valid_until > day:
            post.valid_until = day
            post.version += 1
            post.save(update_fields=["valid_until", "version"])
