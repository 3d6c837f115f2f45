"""The end of a leaver's access, in one moment: for the hand-over that moves what they held (CUS-9, PLT-5)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.events import AgentsChanged, PeopleChanged
from keyuan.organisation.models import Agent, ApiClient, ApiKey, ApiToken, Post, Unit, User
from keyuan.organisation.selectors.scoping import in_scope
from keyuan.organisation.selectors.units import unit_q
from keyuan.organisation.services.accounts import end_posts
from keyuan.organisation.services.authority import require_administrators_left
from keyuan.organisation.services.facts import user_facts
from keyuan.organisation.services.sessions import distrust_devices, end_all, open_keys
from keyuan.platform.audit import Action, record
from keyuan.platform.events import emit
from keyuan.platform.subjects import Subject


def leaver_of(actor: Actor, *, agent_id: int | None, user_id: int | None) -> tuple[Agent | None, User | None]:
    """Return the agent record and the account of whoever leaves, each found from the other.

    Raises NotFound when neither lies in the actor's scope: the agent by its unit, a person by a post in it.
    """
    agent = Agent.objects.filter(in_scope(actor), pk=agent_id or 0).select_related("unit", "user").first()
    if agent is None and user_id is not None:
        agent = Agent.objects.filter(in_scope(actor), user_id=user_id).select_related("unit", "user").first()
    if agent is not None:
        return agent, agent.user
    posts = Post.objects.filter(user_id=user_id or 0, unit__in=units_in(actor))
    user = User.objects.filter(pk__in=posts.values("user_id")).first()
    if user is None:
        raise NotFound
    return None, user


def units_in(actor: Actor) -> list[int]:
    """Return the ids of the units in scope; the actor's own where a scope is one person's."""
    return list(Unit.objects.filter(unit_q(actor)).values_list("pk", flat=True))


def end_access(
    *, actor: Actor, agent: Agent | None, user: User | None, left_on: date, reason: str, now: datetime
) -> dict[str, int]:
    """Shut a leaver out within the caller's transaction; return how many sessions, posts and keys ended.

    No sign-in, no sessions, no trusted devices, posts end, keys and tokens that the leaver made for programs end, the
    agent record is LEFT. Done again it changes nothing. Raises `Refused` for oneself and for the last administrator.
    """
    actor.require(p.END_ACCESS)
    ended = {"sessions": 0, "posts": 0, "keys": 0}
    with transaction.atomic():
        if agent is not None:
            _end_agent(agent, left_on)
        if user is not None:
            if user.pk == actor.id:
                raise Refused("user.own")
            ended = _end_user(actor, user, left_on, reason, now)
    return ended


def _end_agent(agent: Agent, left_on: date) -> None:
    row = Agent.objects.select_for_update().get(pk=agent.pk)
    if row.status != Agent.Status.LEFT:
        Agent.objects.filter(pk=agent.pk).update(status=Agent.Status.LEFT, left_on=left_on)
        emit(AgentsChanged((agent.pk,)))


def _end_user(actor: Actor, user: User, left_on: date, reason: str, now: datetime) -> dict[str, int]:
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = user_facts(locked)
    held = Post.objects.filter(user=locked, valid_until__isnull=True)
    posts, was_administrator = held.count(), held.filter(role__grants__permission=p.ROLES_EDIT).exists()
    end_posts(locked, left_on)
    if locked.left_on is None or locked.is_active:
        locked.is_active, locked.left_on = False, locked.left_on or left_on
        locked.version += 1
        locked.save(update_fields=["is_active", "left_on", "version"])
        if was_administrator:
            require_administrators_left()
        after = user_facts(locked)
        record(actor, Action.PERMISSION, Subject("user", user.pk), before=before, after=after, reason=reason, now=now)
        emit(PeopleChanged((user.pk,), "LEAVE"))
    keys = open_keys(user.pk)
    end_all(keys, now=now)
    distrust_devices(user.pk)
    made = ApiKey.objects.filter(created_by_id=user.pk, revoked_at__isnull=True)
    ApiToken.objects.filter(key__in=made, revoked_at__isnull=True).update(revoked_at=now)
    return {"sessions": len(keys), "posts": posts, "keys": made.update(revoked_at=now)}


def clients_made_by(user: User | None) -> list[str]:
    """Return the names of the programs that a leaver set up or made keys for: somebody has to look after them."""
    if user is None:
        return []
    made = ApiClient.objects.filter(created_by_id=user.pk) | ApiClient.objects.filter(keys__created_by_id=user.pk)
    return sorted(set(made.values_list("name", flat=True)))
