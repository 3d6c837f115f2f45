"""Who may hand out what: nobody gives away more than they hold, except administrators of the whole company (PLT-4)."""

from collections.abc import Iterable

from keyuan.kernel.actor import Actor, ActorKind, Reach
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Post, Role, RolePermission, Unit
from keyuan.organisation.selectors.units import line_of

#: From narrow to wide.
WIDTH = {Reach.SELF: 0, Reach.CHANNEL: 1, Reach.UNIT: 2, Reach.ALL: 3}


def is_administrator(actor: Actor) -> bool:
    """Tell whether the actor looks after roles and people of the whole company."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return actor.may(p.ROLES_EDIT) and actor.may(p.USERS_EDIT) and actor.scope.reach is Reach.ALL


def require_unit(actor: Actor, unit: Unit) -> None:
    """Raise NotFound unless ``unit`` is the actor's own or below it."""
    if not is_administrator(actor) and actor.scope.reach is not Reach.ALL and actor.scope.unit_id not in line_of(unit):
        raise NotFound


def require_grantable(actor: Actor, permissions: Iterable[str]) -> None:
    """Raise Refused when ``permissions`` hold one that the actor lacks."""
    lacking = set(permissions) - actor.permissions
    if lacking and not is_administrator(actor):
        raise Refused("role.beyond_own", names=", ".join(sorted(lacking)))


def require_appointable(actor: Actor, post: Post) -> None:
    """Raise Refused unless the actor may appoint to ``post``: not oneself, no wider than one's own reach."""
    require_unit(actor, post.unit)
    if is_administrator(actor):
        return
    if post.user_id == actor.id:
        raise Refused("post.own")
    if WIDTH[Reach(post.reach)] > WIDTH[actor.scope.reach]:
        raise Refused("post.too_wide", field="reach")
    require_grantable(actor, RolePermission.objects.filter(role_id=post.role_id).values_list("permission", flat=True))


def require_editable(actor: Actor, role: Role) -> None:
    """Raise Refused when ``role`` is the one of the actor's own post and the actor is no administrator."""
    if role.code == actor.role_code and not is_administrator(actor):
        raise Refused("role.own")


def require_administrators_left() -> None:
    """Raise Refused when nobody active could edit roles any more; asked after a change, which is then taken back."""
    left = Post.objects.filter(
        user__is_active=True, role__grants__permission=p.ROLES_EDIT, valid_until__isnull=True, reach=Reach.ALL.value
    )
    if not left.exists():
        raise Refused("role.last_administrator")
