"""Reads of roles."""

from django.db.models import Count, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Post, Role
from keyuan.organisation.selectors.labels import role_label
from keyuan.platform.permissions import AUDIT_VIEW


def roles_visible_to(actor: Actor) -> QuerySet[Role]:
    """Return the roles; whoever sees people or edits roles may read them."""
    if not (actor.may(p.ROLES_EDIT) or actor.may(p.USERS_VIEW)):
        return Role.objects.none()
    return Role.objects.order_by("-is_builtin", "id")


def roles_with_posts(actor: Actor) -> list[tuple[Role, int]]:
    """Return the roles with the number of their posts; three queries."""
    roles = list(roles_visible_to(actor).prefetch_related("grants", "field_levels"))
    counts = dict(Post.objects.order_by().values_list("role").annotate(Count("pk")))
    return [(role, counts.get(role.pk, 0)) for role in roles]


def access_role(actor: Actor, role_id: int) -> Role:
    """Return one role. Raises NotFound where it is absent or the actor may not read roles."""
    role = roles_visible_to(actor).filter(pk=role_id).first()
    if role is None:
        raise NotFound
    return role


def role_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor may read, in their place or in the trail."""
    roles = Role.objects.all() if actor.may(AUDIT_VIEW) else roles_visible_to(actor)
    return {role.pk: role_label(role) for role in roles.filter(pk__in=ids)}


def powers_held(role: Role) -> tuple[frozenset[str], dict[str, str]]:
    """Return the permissions and the field levels of a role; the caller has access to it."""
    return (
        frozenset(grant.permission for grant in role.grants.all()),
        {level.field_key: level.level for level in role.field_levels.all()},
    )
