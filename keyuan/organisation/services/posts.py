"""Appointing people and ending appointments (PLT-3, PLT-4 b)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.events import PostsChanged
from keyuan.organisation.models import Agent, Post, Role, Unit, User
from keyuan.organisation.selectors.people import access_post
from keyuan.organisation.services.authority import require_administrators_left, require_appointable
from keyuan.organisation.services.facts import post_facts
from keyuan.organisation.services.provision import create_post, create_user
from keyuan.platform.audit import Action, record
from keyuan.platform.events import emit
from keyuan.platform.subjects import Subject


def appoint(
    *,
    actor: Actor,
    user: User,
    role: Role,
    unit: Unit,
    reach: Reach,
    valid_from: date,
    valid_until: date | None = None,
    sales_channel: str = "",
    agent: Agent | None = None,
    is_primary: bool = False,
) -> Post:
    """Give a person a post, as far as the actor may (see `authority`). Raises Refused and NotFound."""
    actor.require(p.USERS_EDIT)
    require_appointable(actor, Post(user=user, role=role, unit=unit, reach=reach.value))
    return create_post(
        actor=actor,
        user=user,
        role=role,
        unit=unit,
        reach=reach,
        valid_from=valid_from,
        valid_until=valid_until,
        sales_channel=sales_channel,
        agent=agent,
        is_primary=is_primary,
    )


def hire(
    *,
    actor: Actor,
    staff_no: str,
    name: str,
    password: str,
    email: str,
    phone: str,
    role: Role,
    unit: Unit,
    reach: Reach,
    sales_channel: str,
    now: datetime,
    today: date,
) -> User:
    """Add a person with a first post and a one-time password that must be changed (PLT-5)."""
    actor.require(p.USERS_EDIT)
    with transaction.atomic():
        user = create_user(
            actor=actor,
            staff_no=staff_no,
            name=name,
            password=password,
            email=email,
            phone=phone,
            joined_on=today,
            now=now,
        )
        appoint(
            actor=actor,
            user=user,
            role=role,
            unit=unit,
            reach=reach,
            sales_channel=sales_channel,
            valid_from=today,
            is_primary=True,
        )
    return user


def end_post(*, actor: Actor, post_id: int, last_day: date, now: datetime) -> Post:
    """End a post with ``last_day``.

    Raises Refused when it has ended before, when it begins later, and when nobody could edit roles any more.
    """
    actor.require(p.USERS_EDIT)
    post = access_post(actor, post_id)
    require_appointable(actor, post)
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("role", "unit").get(pk=post_id)
        if last_day < post.valid_from:
            raise Refused("post.dates", field="last_day")
        if post.valid_until is not None and post.valid_until <= last_day:
            raise Refused("post.ended")
        before = post_facts(post)
        post.valid_until = last_day
        post.version += 1
        post.save(update_fields=["valid_until", "version"])
        require_administrators_left()
        subject = Subject("post", post.pk)
        detail = {"user_id": post.user_id}
        record(actor, Action.PERMISSION, subject, before=before, after=post_facts(post), detail=detail, now=now)
        emit(PostsChanged((post.pk,), "END"))
    return post
