"""What the organisation tells the platform: people behind ids, subjects, places of imports, shell, navigation."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.organisation import permissions as p
from keyuan.organisation.extensions import Home, homes
from keyuan.organisation.forms import PolicyForm
from keyuan.organisation.selectors import agents, people, places, roles, units
from keyuan.organisation.selectors.actors import actor_by_staff_no, actor_of_post, holders_of, quota_of, user_names
from keyuan.organisation.selectors.labels import (
    LEVEL_LABELS,
    REACH_LABELS,
    ROLE_NAMES,
    SALES_CHANNEL_LABELS,
    post_label,
)
from keyuan.organisation.views import api_clients
from keyuan.organisation.views import help as page_help
from keyuan.organisation.views.field_names import FIELD_NAMES
from keyuan.platform import clock
from keyuan.platform.audit.labels import word_fields, word_values
from keyuan.platform.chrome import AccountItem, account_items
from keyuan.platform.crypto.reveal import reveal_quotas
from keyuan.platform.imports import Placement, PlacementSource, placement_sources
from keyuan.platform.navigation import NavGroup, NavItem, nav_groups, nav_items
from keyuan.platform.people import PeopleSource, people_sources
from keyuan.platform.permissions import AUDIT_VIEW, SETTINGS_EDIT
from keyuan.platform.shell import ShellExtra, shell_extras
from keyuan.platform.subjects import SubjectKind, subject_kinds


def person_as_actor(user_id: int, post_id: int | None) -> Actor | None:
    """Return the person of a job as an actor of today."""
    return actor_of_post(user_id, post_id, clock.today())


def staff_as_actor(staff_no: str, now: datetime) -> Actor | None:
    """Return the actor behind a staff number, for the command line."""
    return actor_by_staff_no(staff_no, now.date())


def permission_holders(permission: str) -> list[int]:
    """Return the ids of the people whose post of today holds ``permission``."""
    return holders_of(permission, clock.today())


def register_people() -> None:
    """Fill the registries that turn ids into people and places."""
    people_sources.add(PeopleSource("staff", person_as_actor, user_names, permission_holders, people.people_matching))
    reveal_quotas.add(quota_of)
    placement_sources.add(PlacementSource("units", place_choices, find_place, staff_as_actor))


def place_choices(actor: Actor) -> list[Placement]:
    """Return the open units into which the actor may import."""
    return [placement_of(unit) for unit in places.places(actor)]


def find_place(actor: Actor, key: int | str) -> Placement | None:
    """Return one such unit by id or code, or None."""
    unit = places.find_place(actor, key)
    return placement_of(unit) if unit else None


def placement_of(unit: Any) -> Placement:
    """Return a unit as the imports know it."""
    return Placement(unit.pk, unit.code, unit.name, unit.level_ids(), unit.sales_channel)


def register_subjects() -> None:
    """Say how the organisation's records are named, addressed and guarded (decision 12)."""
    api_clients.register()
    for key, label, rows, url_name, access in (
        ("unit", _("Unit"), units.unit_labels, "organisation:unit", units.access_unit),
        ("user", _("Person"), people.user_labels, "organisation:person", people.access_user),
        ("role", _("Role"), roles.role_labels, "organisation:role", roles.access_role),
        ("agent", _("Agent"), agents.agent_labels, "organisation:agent", agents.access_agent),
    ):
        subject_kinds.add(SubjectKind(key, label, rows, _address(url_name), access))
    subject_kinds.add(
        SubjectKind("post", _("Post"), people.post_labels, _address("organisation:post"), people.access_post)
    )


def _address(url_name: str) -> Any:
    return lambda key: reverse(url_name, args=[key])


def register_navigation() -> None:
    """Add the entries of the left navigation and of the person's own menu."""
    page_help.register()
    nav_groups.add(NavGroup("organisation", _("Organisation"), order=80))
    for order, key, label, icon, permission in (
        (1, "units", _("Units"), "sitemap", p.UNITS_VIEW),
        (2, "people", _("People"), "users", p.USERS_VIEW),
        (3, "roles", _("Roles"), "shield", p.ROLES_EDIT),
        (4, "agents", _("Agents"), "id", p.AGENTS_VIEW),
    ):
        url_name = f"organisation:{key}"
        nav_items.add(NavItem(key, label, url_name, icon, permission, "organisation", order))
    nav_items.add(
        NavItem("api-clients", _("API clients"), "organisation:api-clients", "key", p.API_CLIENTS, "organisation", 6)
    )
    nav_items.add(
        NavItem("idle", _("Unused and forgotten"), "organisation:idle", "clock", p.USERS_VIEW, "organisation", 7)
    )
    nav_items.add(
        NavItem(
            "sign-in-policy", _("Passwords and signing in"), "organisation:sign-in-policy", "password",
            SETTINGS_EDIT, "organisation", 5,
        )
    )  # fmt: skip
    account_items.add(AccountItem("account", _("Account and sessions"), "user", "organisation:account"))
    account_items.add(
        AccountItem("password", _("Change the password"), "lock", "organisation:password-change", order=1)
    )


def own_posts(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Return the posts to switch between; the middleware has read them."""
    return [
        {
            "label": post_label(post),
            "url": reverse("organisation:post-switch", args=[post.pk]),
            "active": post.pk == actor.post_id,
        }
        for post in getattr(request, "posts", [])
    ]


def register_homes() -> None:
    """Say where administrators and readers of the trail begin."""
    homes.add(Home("users", "organisation:people", p.USERS_VIEW))
    homes.add(Home("audit", "platform:audit-list", AUDIT_VIEW))


def register_shell() -> None:
    """Add what every page of the shell needs from here."""
    shell_extras.add(ShellExtra("posts", own_posts))
    for key, url_name in (
        ("language_url", "organisation:language"),
        ("sign_out_url", "organisation:sign-out"),
    ):
        shell_extras.add(ShellExtra(key, _constant(url_name)))


def _constant(url_name: str) -> Any:
    return lambda _request, _actor: reverse(url_name)


def register_words() -> None:
    """Say what the trail's codes are called."""
    word_values("role", {code: label for code, (_stored, label) in ROLE_NAMES.items()})
    word_fields({name: field.label for name, field in PolicyForm.base_fields.items() if name != "version"})
    word_fields({"sessions": _("Other sessions ended"), "days": _("Days"), "sessions_ended": _("Sessions ended")})
    word_values("account", {"stale": _("locked because nobody used it")})
    word_values("reason", {"release": _("came with a new version")})
    for field in ("reach", "default_reach"):
        word_values(field, {str(reach): label for reach, label in REACH_LABELS.items()})
    word_values("sales_channel", SALES_CHANNEL_LABELS)
    word_values("code", {code: label for code, (_stored, label) in ROLE_NAMES.items()})
    word_values("name", dict(ROLE_NAMES.values()))
    levels = {
        f"{key}={level}": format_lazy("{}: {}", name, word)
        for key, name in FIELD_NAMES.items()
        for level, word in LEVEL_LABELS.items()
    }
    word_values("fields", levels)


def register() -> None:
    """Register everything."""
    register_words()
    register_people()
    register_subjects()
    register_navigation()
    register_shell()
    register_homes()
