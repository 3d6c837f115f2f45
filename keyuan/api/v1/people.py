"""People, their posts, and the roles that posts carry (PLT-3, PLT-4)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf, shown
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import Text40, Text200
from keyuan.kernel.actor import Reach
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Post, User
from keyuan.organisation.selectors.agents import access_agent
from keyuan.organisation.selectors.labels import SALES_CHANNEL_LABELS, post_label, role_label
from keyuan.organisation.selectors.people import access_post, access_user, all_posts_of
from keyuan.organisation.selectors.roles import access_role, powers_held, roles_visible_to
from keyuan.organisation.selectors.units import access_unit
from keyuan.organisation.services import accounts, passwords, posts
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("People and roles")
LIST = lists["people"]
Channel = Annotated[str, OneOf(SALES_CHANNEL_LABELS)]
Reaching = Annotated[str, OneOf([reach.value for reach in Reach], empty=False)]
COLUMNS = ("id", "staff_no", "name", "is_active", "last_seen_at", "joined_on", "left_on", "version")
POST_COLUMNS = (
    "id", "user_id", "role_id", "unit_id", "sales_channel", "reach", "agent_id", "valid_from", "valid_until",
    "is_primary",
)  # fmt: skip


class PersonRow(Out):
    """A person who signs in."""

    id: int
    staff_no: str
    name: str
    is_active: bool = Field(description="False while the account is locked or closed")
    last_seen_at: datetime | None
    joined_on: date | None
    left_on: date | None
    version: int


class PostOut(Out):
    """An appointment: role, unit and reach, with dates."""

    id: int
    user_id: int
    role_id: int
    unit_id: int
    label: str
    sales_channel: str
    reach: str
    agent_id: int | None
    valid_from: date
    valid_until: date | None
    is_primary: bool


class PersonOut(PersonRow):
    """A person with the posts; e-mail and phone masked."""

    email: str | None
    phone: str | None
    posts: list[PostOut]


class HiredOut(PersonOut):
    """A new person; the password works once and is shown nowhere else."""

    one_time_password: str


class PersonIn(In):
    """A person with a first post."""

    staff_no: Annotated[str, Field(min_length=1, max_length=20)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    email: Annotated[str, Field(max_length=120)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    role_id: Number
    unit_id: Number
    reach: Reaching = "unit"
    sales_channel: Channel = ""


class PersonChange(In):
    """Fields to change; what is left out stays as it is, an empty e-mail or phone too."""

    name: Text40 = ""
    email: Annotated[str, Field(max_length=120)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    joined_on: Day | None = None


class PostIn(In):
    """A further post."""

    role_id: Number
    unit_id: Number
    reach: Reaching = "unit"
    sales_channel: Channel = ""
    agent_id: Number | None = None
    valid_from: Day
    valid_until: Day | None = None
    is_primary: Flag = False


class PostEnd(In):
    """The last day of a post."""

    last_day: Day


class Why(In):
    """Why."""

    reason: Text200


class Leaving(In):
    """The last day of a person who leaves, and why."""

    left_on: Day
    reason: Text200 = ""


class RoleOut(Out):
    """A role with what it opens."""

    id: int
    code: str
    name: str
    default_reach: str
    outsourced: bool
    reveal_quota: int
    requires_totp: bool
    permissions: list[str]
    field_levels: dict[str, str]


class Roles(Out):
    """Roles by name."""

    rows: list[RoleOut]


def post_out(post: Post) -> dict[str, Any]:
    """Return a post with its name."""
    return {name: getattr(post, name) for name in POST_COLUMNS} | {"label": post_label(post)}


def person_out(request: ApiRequest, user: User) -> dict[str, Any]:
    """Return a person with the posts and the version."""
    request.record_version = user.version
    return {name: getattr(user, name) for name in COLUMNS} | {
        "email": shown(request.actor, user.email),
        "phone": shown(request.actor, user.phone),
        "posts": [post_out(post) for post in all_posts_of(request.actor, user)],
    }


def role_out(role: Any) -> dict[str, Any]:
    """Return a role with its permissions and field levels."""
    names = ("id", "code", "default_reach", "outsourced", "reveal_quota", "requires_totp")
    permissions, fields = powers_held(role)
    powers = {"permissions": sorted(permissions), "field_levels": dict(fields)}
    return {name: getattr(role, name) for name in names} | {"name": str(role_label(role))} | powers


@router.get("/people", p.USERS_VIEW, Page[PersonRow], parameters=parameters_of(LIST))
def list_people(request: ApiRequest) -> Any:
    """List people in reach."""
    found = read_list(request, LIST)
    return {"rows": list(found.records), **found.more}


@router.get("/people/{int:user_id}", p.USERS_VIEW, PersonOut, tagged=True)
def get_person(request: ApiRequest, user_id: RowId) -> Any:
    """Get a person with the posts."""
    return person_out(request, access_user(request.actor, user_id))


@router.post("/people", p.USERS_EDIT, HiredOut)
def hire_person(request: ApiRequest, body: PersonIn) -> Any:
    """Add a person with a first post.

    Nobody gives more than the own post holds. The one-time password is answered once.
    """
    request.never_kept = True
    password = passwords.one_time_password()
    values = body.model_dump(exclude={"role_id", "unit_id", "reach"})
    user = posts.hire(
        actor=request.actor, password=password, role=access_role(request.actor, body.role_id),
        unit=access_unit(request.actor, body.unit_id), reach=Reach(body.reach), now=clock.now(), today=clock.today(),
        **values,
    )  # fmt: skip
    return person_out(request, user) | {"one_time_password": password}


@router.patch("/people/{int:user_id}", p.USERS_EDIT, PersonOut, tagged=True)
def change_person(request: ApiRequest, user_id: RowId, body: PersonChange) -> Any:
    """Change a person's data."""
    user = access_user(request.actor, user_id)
    version = expected_version(request, user.version)
    values = {"name": user.name, "joined_on": user.joined_on} | body.model_dump(exclude_unset=True)
    for name in ("email", "phone"):
        values[name] = values.get(name) or None
    changed = accounts.update_user(actor=request.actor, user_id=user_id, version=version, now=clock.now(), **values)
    return person_out(request, changed)


@router.post("/people/{int:user_id}/lock", p.USERS_EDIT, PersonOut, status=200)
def lock_person(request: ApiRequest, user_id: RowId, body: Why) -> Any:
    """Lock an account; its sessions end at once."""
    user = accounts.lock_user(actor=request.actor, user_id=user_id, reason=body.reason, now=clock.now())
    return person_out(request, user)


@router.post("/people/{int:user_id}/unlock", p.USERS_EDIT, PersonOut, status=200)
def unlock_person(request: ApiRequest, user_id: RowId) -> Any:
    """Open a locked account again."""
    return person_out(request, accounts.unlock_user(actor=request.actor, user_id=user_id, now=clock.now()))


@router.post("/people/{int:user_id}/close", p.USERS_EDIT, PersonOut, status=200)
def close_person(request: ApiRequest, user_id: RowId, body: Leaving) -> Any:
    """Close the account of somebody who leaves: posts end, sessions end, what they served is handed on."""
    user = accounts.close_account(
        actor=request.actor, user_id=user_id, left_on=body.left_on, reason=body.reason, now=clock.now()
    )
    return person_out(request, user)


@router.post("/people/{int:user_id}/posts", p.USERS_EDIT, PostOut)
def appoint_person(request: ApiRequest, user_id: RowId, body: PostIn) -> Any:
    """Give a person a further post."""
    actor = request.actor
    values = body.model_dump(exclude={"role_id", "unit_id", "reach", "agent_id"})
    post = posts.appoint(
        actor=actor, user=access_user(actor, user_id), role=access_role(actor, body.role_id),
        unit=access_unit(actor, body.unit_id), reach=Reach(body.reach),
        agent=access_agent(actor, body.agent_id) if body.agent_id else None, **values,
    )  # fmt: skip
    return post_out(post)


@router.get("/posts/{int:post_id}", p.USERS_VIEW, PostOut)
def get_post(request: ApiRequest, post_id: RowId) -> Any:
    """Get a post."""
    return post_out(access_post(request.actor, post_id))


@router.post("/posts/{int:post_id}/end", p.USERS_EDIT, PostOut, status=200)
def end_post(request: ApiRequest, post_id: RowId, body: PostEnd) -> Any:
    """End a post."""
    return post_out(posts.end_post(actor=request.actor, post_id=post_id, last_day=body.last_day, now=clock.now()))


@router.get("/roles", p.ROLES_EDIT, Roles)
def list_roles(request: ApiRequest) -> Any:
    """List the roles with what they open.

    They are changed in the pages only, by people who have just proved who they are.
    """
    return {"rows": [role_out(role) for role in roles_visible_to(request.actor)]}


@router.get("/roles/{int:role_id}", p.ROLES_EDIT, RoleOut)
def get_role(request: ApiRequest, role_id: RowId) -> Any:
    """Get a role with what it opens."""
    return role_out(access_role(request.actor, role_id))
