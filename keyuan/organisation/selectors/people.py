"""Reads of people, posts and signed-in devices."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import LEVEL_COLUMNS, Post, SignIn, Unit, User
from keyuan.organisation.selectors.actors import current_posts
from keyuan.organisation.selectors.labels import post_label
from keyuan.organisation.selectors.units import unit_q
from keyuan.platform.permissions import AUDIT_VIEW


def users_visible_to(actor: Actor) -> QuerySet[User]:
    """Return the people an actor may see: those with a post, past or present, in the actor's unit or below it."""
    if not actor.may(p.USERS_VIEW):
        return User.objects.none()
    if actor.scope.reach is Reach.ALL:
        return User.objects.all()
    posts = Post.objects.filter(unit_q(actor, "unit__"), user=OuterRef("pk"))
    return User.objects.filter(Exists(posts))


def users_named_to(actor: Actor) -> QuerySet[User]:
    """Return the people whose names an actor may read: who reads the trail of the whole company finds all in it."""
    reads_all = actor.may(AUDIT_VIEW) and actor.scope.reach is Reach.ALL
    return User.objects.all() if reads_all else users_visible_to(actor)


def access_user(actor: Actor, user_id: int) -> User:
    """Return one person in reach. Raises NotFound otherwise."""
    user = users_visible_to(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def own_id(actor: Actor) -> int:
    """Return the key of the actor's own row. Raises NotFound for actors that are no people."""
    if actor.id is None:
        raise NotFound
    return actor.id


def person_of(actor: Actor) -> User:
    """Return the actor's own row. Raises NotFound for actors that are no people."""
    user = User.objects.filter(pk=own_id(actor)).first()
    if user is None:
        raise NotFound
    return user


def person_by_id(user_id: int) -> User | None:
    """Return the person of a session, before there is an actor."""
    return User.objects.filter(pk=user_id).first()


def person_by_staff_no(staff_no: str) -> User | None:
    """Return the person with a staff number, before there is an actor; only sign-in asks."""
    return User.objects.filter(staff_no=staff_no.strip().upper()).first()


def all_posts_of(actor: Actor, user: User) -> QuerySet[Post]:
    """Return every post of ``user`` (in reach of the actor, or the actor), the newest first."""
    if user.pk != actor.id:
        access_user(actor, user.pk)
    return Post.objects.filter(user=user).select_related("role", "unit", "agent").order_by("-valid_from", "-id")


def access_post(actor: Actor, post_id: int) -> Post:
    """Return one post whose unit is in reach. Raises NotFound otherwise."""
    posts = Post.objects.filter(unit_q(actor, "unit__")).select_related("role", "unit", "user")
    post = posts.filter(pk=post_id).first() if actor.may(p.USERS_VIEW) else None
    if post is None:
        raise NotFound
    return post


def own_sign_ins(actor: Actor, since: datetime) -> QuerySet[SignIn]:
    """Return the devices the actor is signed in on and used after ``since``, the latest first."""
    return live_sign_ins(own_id(actor), since)


def sign_ins_of(actor: Actor, user: User, since: datetime) -> QuerySet[SignIn]:
    """Return the open sessions of a person in reach, used after ``since``."""
    access_user(actor, user.pk)
    return live_sign_ins(user.pk, since)


def live_sign_ins(user_id: int, since: datetime) -> QuerySet[SignIn]:
    """Return the sessions of a person that have not ended; idle ones have, though their row may not say so yet."""
    return SignIn.objects.filter(user_id=user_id, ended_at__isnull=True, seen_at__gte=since).order_by("-seen_at")


def people_matching(actor: Actor, text: str) -> list[tuple[int, str]]:
    """Return id and name of up to 20 people whose name or number begins with ``text``.

    Who reads the audit trail of the whole company finds everybody in it; others those in reach.
    """
    found = users_named_to(actor).filter(Q(name__startswith=text) | Q(staff_no__startswith=text))
    return [(user.pk, f"{user.name} {user.staff_no}") for user in found.order_by("staff_no")[:20]]


def user_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor may see, or whose acts the actor may read."""
    return dict(users_named_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def post_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the person and the post of those of ``ids`` that the actor may see, or whose acts the actor may read."""
    if not (actor.may(p.USERS_VIEW) or actor.may(AUDIT_VIEW)):
        return {}
    posts = Post.objects.filter(unit_q(actor, "unit__"), pk__in=ids).select_related("user", "role", "unit")
    return {post.pk: f"{post.user.name}, {post_label(post)}" for post in posts}


def posts_by_user(ids: list[int], today: date) -> dict[int, list[Post]]:
    """Return the posts in force of many people, in one query, primary ones first."""
    found: dict[int, list[Post]] = {}
    for post in current_posts(today).filter(user_id__in=ids):
        found.setdefault(post.user_id, []).append(post)
    return found


def with_role(users: QuerySet[User], role_ids: list[int], today: date) -> QuerySet[User]:
    """Keep the people who hold one of the roles today."""
    posts = current_posts(today).order_by().filter(role_id__in=role_ids)
    return users.filter(pk__in=posts.values("user_id"))


def in_unit(users: QuerySet[User], unit_id: int) -> QuerySet[User]:
    """Keep the people with a post in a unit or below it."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        return users.none()
    posts = Post.objects.filter(**{f"unit__{LEVEL_COLUMNS[unit.level - 1]}": unit.pk})
    return users.filter(pk__in=posts.values("user_id"))
