"""From a signed-in person and a post to the Actor that everything below the views receives (decision 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Q, QuerySet

from keyuan.kernel.actor import UNIT_LEVELS, Actor, ActorKind, FieldLevel, Origin, Reach, Scope
from keyuan.organisation.models import Post, Role, RoleField, RolePermission, User
from keyuan.organisation.selectors.labels import stored_post_label


@dataclass(frozen=True, slots=True)
class Powers:
    """What a role holds at one version of it."""

    version: int
    permissions: frozenset[str]
    field_levels: Mapping[str, FieldLevel]


#: Powers by role; an entry of an older version is read anew. One dictionary per process: roles are few.
_powers: dict[int, Powers] = {}


def powers_of(role: Role) -> Powers:
    """Return permissions and field levels of ``role``, remembered per version of the role."""
    known = _powers.get(role.pk)
    if known is None or known.version != role.version:
        permissions = RolePermission.objects.filter(role=role).values_list("permission", flat=True)
        levels = RoleField.objects.filter(role=role).values_list("field_key", "level")
        fields = {key: FieldLevel(level) for key, level in levels}
        known = Powers(role.version, frozenset(permissions), MappingProxyType(fields))
        _powers[role.pk] = known
    return known


def forget_powers() -> None:
    """Empty the memory of roles; tests that roll the database back need it."""
    _powers.clear()


def current_posts(today: date) -> QuerySet[Post]:
    """Return the posts in force on ``today``, with person, role and unit, primary ones first."""
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    posts = Post.objects.filter(in_force, valid_from__lte=today)
    return posts.select_related("user", "role", "unit").order_by("-is_primary", "id")


def posts_of(user_id: int, today: date) -> list[Post]:
    """Return the posts of one person in force on ``today``; one query."""
    return list(current_posts(today).filter(user_id=user_id))


def chosen_post(posts: Sequence[Post], post_id: int | None) -> Post | None:
    """Return the post ``post_id`` if it is among ``posts``, else the primary one, else None."""
    for post in posts:
        if post.pk == post_id:
            return post
    return posts[0] if posts else None


def scope_of(post: Post) -> Scope:
    """Return the rows that ``post`` reaches."""
    return Scope(
        reach=Reach(post.reach),
        unit_id=post.unit_id,
        unit_level=UNIT_LEVELS[post.unit.level - 1],
        sales_channel=post.sales_channel or None,
        agent_id=post.agent_id,
    )


def actor_of(post: Post, *, locale: str = "", origin: Origin | None = None) -> Actor:
    """Return the Actor of ``post`` (read with its person, role and unit)."""
    powers = powers_of(post.role)
    return Actor(
        kind=ActorKind.STAFF,
        id=post.user_id,
        name=post.user.name,
        staff_no=post.user.staff_no,
        post_id=post.pk,
        post_label=stored_post_label(post),
        unit_id=post.unit_id,
        unit_name=post.unit.name,
        role_code=post.role.code,
        permissions=powers.permissions,
        scope=scope_of(post),
        outsourced=post.role.outsourced,
        field_levels=powers.field_levels,
        locale=locale or post.user.language,
        origin=origin or Origin(),
    )


def actor_without_post(user: User, *, locale: str = "", origin: Origin | None = None) -> Actor:
    """Return the Actor of a person who holds no post today: signed in, with nothing in reach."""
    return Actor(
        kind=ActorKind.STAFF,
        id=user.pk,
        name=user.name,
        staff_no=user.staff_no,
        locale=locale or user.language,
        origin=origin or Origin(),
    )


def actor_of_post(user_id: int, post_id: int | None, today: date) -> Actor | None:
    """Return a person as an actor in one of their posts of today, or None when account or post is closed.

    Without ``post_id`` the primary post counts.
    """
    posts = [post for post in posts_of(user_id, today) if post_id is None or post.pk == post_id]
    if not posts or not posts[0].user.is_active:
        return None
    return actor_of(posts[0])


def actor_by_staff_no(staff_no: str, today: date) -> Actor | None:
    """Return the actor behind a staff number in the primary post, or None."""
    user = User.objects.filter(staff_no=staff_no.strip().upper()).first()
    return actor_of_post(user.pk, None, today) if user else None


def holders_of(permission: str, today: date) -> list[int]:
    """Return the ids of the active people who hold ``permission`` in some post of today."""
    posts = current_posts(today).filter(role__grants__permission=permission, user__is_active=True)
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct())


def user_names(ids: list[int]) -> dict[int, str]:
    """Return the names of people by id: staff are no secret to each other."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def quota_of(actor: Actor) -> int | None:
    """Return how many values the actor's role may reveal a day."""
    return Role.objects.filter(code=actor.role_code).values_list("reveal_quota", flat=True).first()
