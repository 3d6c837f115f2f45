"""Saved views: 我的 and 共享 (ui.md, Lists)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.state import ViewTab
from keyuan.platform.models import SavedView
from keyuan.platform.permissions import SHARE_VIEWS
from keyuan.platform.subjects import Subject

#: Views one person keeps of one list.
MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 4_000


def views_visible_to(actor: Actor, list_key: str) -> QuerySet[SavedView]:
    """Return the person's own views of the list and those shared with them."""
    audience = SavedView.Audience
    shared = (
        Q(audience=audience.ALL)
        | Q(audience=audience.ROLE, role_code=actor.role_code)
        | Q(audience=audience.UNIT, unit_id=actor.unit_id)
    )
    return SavedView.objects.filter(Q(owner_id=actor.id or 0) | shared, list_key=list_key).order_by("position", "id")


def tabs_of(spec: ListSpec, actor: Actor) -> list[ViewTab]:
    """Return the tabs of the list: the declared views that suit the post, then the saved ones."""
    declared = [ViewTab(view.key, view.label, view.query) for view in spec.views_for(actor)]
    saved = [
        ViewTab(
            key=f"saved-{view.pk}",
            label=view.name,
            query=view.query,
            saved_id=view.pk,
            mine=view.owner_id == actor.id,
            shared=view.audience != SavedView.Audience.MINE,
            columns=tuple(view.columns),
        )
        for view in views_visible_to(actor, spec.key)
    ]
    return declared + saved


def _own(actor: Actor, spec: ListSpec, view_id: int) -> SavedView:
    try:
        return SavedView.objects.get(pk=view_id, list_key=spec.key, owner_id=actor.id or 0)
    except SavedView.DoesNotExist:
        raise NotFound from None


def _address_audience(view: SavedView, actor: Actor, audience: str) -> None:
    if audience not in SavedView.Audience.values:
        raise Refused("list.view_audience", field="audience")
    if audience != SavedView.Audience.MINE:
        actor.require(SHARE_VIEWS)
    view.audience = audience
    view.role_code = actor.role_code if audience == SavedView.Audience.ROLE else ""
    view.unit_id = actor.unit_id if audience == SavedView.Audience.UNIT else None


@transaction.atomic
def save_view_as(
    *, actor: Actor, spec: ListSpec, name: str, query: str, columns: list[str], audience: str, now: datetime
) -> SavedView:
    """Keep filters and order under a name; sharing needs `SHARE_VIEWS`.

    Raises Refused for an empty, too long or taken name, and where there are too many views already.
    """
    actor.require(spec.permission)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise Refused("list.view_name", field="name", most=LONGEST_NAME)
    own = SavedView.objects.filter(list_key=spec.key, owner_id=actor.id or 0)
    if own.filter(name=name).exists():
        raise Refused("list.view_name_taken", field="name", name=name)
    position = own.count()
    if position >= MOST_VIEWS:
        raise Refused("list.too_many_views", field="name", most=MOST_VIEWS)
    view = SavedView(
        list_key=spec.key, name=name, query=query, columns=columns, owner_id=actor.id or 0, owner_name=actor.name,
        position=position, created_at=now, updated_at=now,
    )  # fmt: skip
    _address_audience(view, actor, audience)
    view.save()
    if audience != SavedView.Audience.MINE:
        record(actor, Action.CREATE, Subject("saved_view", view.pk), after={"name": name, "audience": audience})
    return view


@transaction.atomic
def save_view(
    *, actor: Actor, spec: ListSpec, view_id: int, query: str, columns: list[str], now: datetime
) -> SavedView:
    """Overwrite one's own view with the present filters and order. Raises NotFound for another's."""
    view = _own(actor, spec, view_id)
    if len(query) > LONGEST_QUERY:
        raise Refused("list.view_name", field="name", most=LONGEST_NAME)
    view.query, view.columns, view.updated_at = query, columns, now
    view.save(update_fields=["query", "columns", "updated_at"])
    return view


@transaction.atomic
def delete_view(*, actor: Actor, spec: ListSpec, view_id: int) -> str:
    """Delete one's own view and return its name; those it was shared with lose it. Raises NotFound for another's."""
    view = _own(actor, spec, view_id)
    if view.audience != SavedView.Audience.MINE:
        record(actor, Action.DELETE, Subject("saved_view", view.pk), before={"name": view.name})
    view.delete()
    return view.name
