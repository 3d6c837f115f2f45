"""Making units, roles, people and posts: what set-up, imports and pages share (PLT-3, PLT-4, PLT-5)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Model

from keyuan.kernel.actor import UNIT_LEVELS, Actor, FieldLevel, Reach
from keyuan.kernel.errors import Refused
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.kernel.names import pinyin_readings
from keyuan.organisation import permissions as p
from keyuan.organisation.events import PeopleChanged, PostsChanged, UnitsChanged
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Post, Role, RoleField, RolePermission, Unit, User
from keyuan.organisation.services.default_roles import DEFAULT_ROLES, RoleDefault
from keyuan.organisation.services.facts import post_facts, role_facts, unit_facts, user_facts
from keyuan.platform.audit import Action, record
from keyuan.platform.catalogue import catalogue
from keyuan.platform.events import emit
from keyuan.platform.subjects import Subject


def create_unit(
    *,
    actor: Actor,
    code: str,
    name: str,
    parent: Unit | None = None,
    level: int | None = None,
    sales_channel: str = "",
    region_code: str = "",
    opened_on: date | None = None,
) -> Unit:
    """Add a unit below ``parent`` (None: the head office) with its level columns filled (PLT-3).

    ``level`` is the parent's plus one unless given. Raises Refused for a level that does not fit, for a parent that is
    closed, and for a code in use.
    """
    actor.require(p.UNITS_EDIT)
    depth = level or (parent.level + 1 if parent else 1)
    if not (parent.level if parent else 0) < depth <= len(UNIT_LEVELS) or (parent is None and depth != 1):
        raise Refused("unit.level", field="parent")
    if parent is not None and parent.closed_on is not None:
        raise Refused("unit.parent_closed", field="parent")
    unit = Unit(
        code=code.strip(),
        name=name.strip(),
        parent=parent,
        level=depth,
        sales_channel=sales_channel,
        region_code=region_code,
        opened_on=opened_on,
    )
    with transaction.atomic():
        save_unique(unit, Refused("unit.code_taken", field="code", value=unit.code))
        fill_levels(unit, parent)
        unit.save(update_fields=LEVEL_COLUMNS)
        record(actor, Action.CREATE, Subject("unit", unit.pk), after=unit_facts(unit))
        emit(UnitsChanged((unit.pk,), "CREATE"))
    return unit


def save_unique(row: Model, taken: Refused) -> None:
    """Insert ``row`` inside the caller's transaction; raise ``taken`` when its code stands already."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise taken from None


def fill_levels(unit: Unit, parent: Unit | None) -> None:
    """Set the level columns of ``unit``: its parent's, and its own key on its own level."""
    for column in LEVEL_COLUMNS:
        setattr(unit, column, getattr(parent, column) if parent else None)
    setattr(unit, LEVEL_COLUMNS[unit.level - 1], unit.pk)


def create_role(
    *,
    actor: Actor,
    code: str,
    name: str,
    permissions: Iterable[str] = (),
    fields: Mapping[str, FieldLevel] | None = None,
    description: str = "",
    default_reach: Reach = Reach.UNIT,
    outsourced: bool = False,
    reveal_quota: int = 50,
    requires_totp: bool = False,
    home: str = "",
    is_builtin: bool = False,
) -> Role:
    """Add a role (PLT-4 a, c). Raises Refused for a code in use and for permissions or fields nobody described."""
    actor.require(p.ROLES_EDIT)
    wanted, levels = set(permissions), dict(fields or {})
    check_known(wanted, levels)
    role = Role(
        code=code,
        name=name.strip(),
        description=description,
        default_reach=default_reach.value,
        outsourced=outsourced,
        reveal_quota=reveal_quota,
        requires_totp=requires_totp,
        home=home,
        is_builtin=is_builtin,
        defaults_given=" ".join(sorted(wanted)) if is_builtin else "",
    )
    with transaction.atomic():
        save_unique(role, Refused("role.code_taken", field="code", value=code))
        write_powers(role, wanted, levels)
        record(actor, Action.PERMISSION, Subject("role", role.pk), after=role_facts(role))
    return role


def check_known(permissions: Iterable[str], fields: Mapping[str, FieldLevel]) -> None:
    """Raise Refused unless every permission stands in the catalogue and every field in the kernel's table."""
    unknown = [key for key in permissions if key not in catalogue] + [
        key for key in fields if key not in PERSONAL_FIELDS
    ]
    if unknown:
        raise Refused("role.unknown_permission", names=", ".join(sorted(unknown)))


def write_powers(role: Role, permissions: Iterable[str], fields: Mapping[str, FieldLevel]) -> None:
    """Replace the permissions and field levels of ``role``; the caller raises its version."""
    RolePermission.objects.filter(role=role).delete()
    RoleField.objects.filter(role=role).delete()
    RolePermission.objects.bulk_create([RolePermission(role=role, permission=key) for key in sorted(permissions)])
    RoleField.objects.bulk_create(
        [RoleField(role=role, field_key=key, level=level.value) for key, level in sorted(fields.items())]
    )


def create_default_role(*, actor: Actor, code: str) -> Role:
    """Add the default role ``code`` with what its description gives it and higher contexts add."""
    default: RoleDefault = DEFAULT_ROLES[code]
    return create_role(
        actor=actor,
        code=default.code,
        name=default.stored_name,
        permissions=default.all_permissions(),
        fields=default.fields,
        default_reach=default.reach,
        outsourced=default.outsourced,
        reveal_quota=default.quota,
        requires_totp=default.requires_totp,
        home=default.home,
        is_builtin=True,
    )


def ensure_default_roles(*, actor: Actor) -> dict[str, Role]:
    """Return all default roles by code, making those that are absent; what was edited stays as it is."""
    found = {role.code: role for role in Role.objects.filter(code__in=DEFAULT_ROLES)}
    missing = [code for code in DEFAULT_ROLES if code not in found]
    return found | {code: create_default_role(actor=actor, code=code) for code in missing}


def create_user(
    *,
    actor: Actor,
    staff_no: str,
    name: str,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    joined_on: date | None = None,
    must_change_password: bool = True,
    now: datetime,
) -> User:
    """Add a person who may sign in (PLT-5); without a password nobody can until one is set.

    Raises Refused for a staff number in use.
    """
    actor.require(p.USERS_EDIT)
    user = User(
        staff_no=staff_no.strip().upper(),
        name=name.strip(),
        name_pinyin=name_pinyin(name),
        email=email,
        phone=phone,
        joined_on=joined_on,
        must_change_password=must_change_password,
        password_changed_at=now if password else None,
        password=make_password(password),
    )
    with transaction.atomic():
        save_unique(user, Refused("user.staff_no_taken", field="staff_no", value=user.staff_no))
        record(actor, Action.CREATE, Subject("user", user.pk), after=user_facts(user), now=now)
        emit(PeopleChanged((user.pk,), "CREATE"))
    return user


def name_pinyin(name: str) -> str:
    """Return the likeliest spelling of a name, for sorting and typing ahead."""
    readings = pinyin_readings(name)
    return readings[0][0] if readings else ""


def create_post(
    *,
    actor: Actor,
    user: User,
    role: Role,
    unit: Unit,
    valid_from: date,
    valid_until: date | None = None,
    reach: Reach | None = None,
    sales_channel: str = "",
    agent: Agent | None = None,
    is_primary: bool = False,
) -> Post:
    """Appoint a person: role × unit × channel with dates (PLT-3).

    Raises Refused when the dates are reversed, when a channel post names no channel, when the unit is closed, and when
    the person has left. A post over one's own rows that names no agent reaches only what is granted to it.
    """
    actor.require(p.USERS_EDIT)
    post = Post(
        user=user,
        role=role,
        unit=unit,
        sales_channel=sales_channel,
        reach=(reach or Reach(role.default_reach)).value,
        agent=agent,
        valid_from=valid_from,
        valid_until=valid_until,
        is_primary=is_primary,
    )
    check_post(post)
    with transaction.atomic():
        if is_primary:
            Post.objects.filter(user=user, is_primary=True).update(is_primary=False)
        post.save()
        record(actor, Action.PERMISSION, Subject("post", post.pk), after=post_facts(post), detail={"user_id": user.pk})
        emit(PostsChanged((post.pk,), "CREATE"))
    return post


def check_post(post: Post) -> None:
    """Raise Refused unless ``post`` can stand."""
    if post.valid_until is not None and post.valid_until < post.valid_from:
        raise Refused("post.dates", field="valid_until")
    if post.reach == Reach.CHANNEL and not post.sales_channel:
        raise Refused("post.channel_missing", field="sales_channel")
    if post.unit.closed_on is not None and post.unit.closed_on < post.valid_from:
        raise Refused("post.unit_closed", field="unit")
    if post.user.left_on is not None:
        raise Refused("post.person_left", field="user")
