"""Finding a desk, and where a rule says so a person, for an order (SRV-3)."""

from collections.abc import Collection

from keyuan.kernel.errors import Refused
from keyuan.platform import people
from keyuan.service.models import Desk, WorkOrder
from keyuan.service.rules.kinds import Facts, hand_for, route_for
from keyuan.service.selectors.desks import codes_above, hands_of, routes
from keyuan.service.services.setting_up import seed


def place_for(order: WorkOrder, *, barred: Collection[int] = ()) -> tuple[int, int | None, str]:
    """Return desk, person and name for an order by the first rule that fits; without one the first desk there is.

    ``barred`` are people who must not get it. Raises Refused where no desk is open at all.
    """
    codes = codes_above(order.category)
    facts = Facts(order.kind, frozenset(codes), order.contact_channel, order.tier, order.branch_id)
    route = route_for(routes(), facts)
    if route is None:
        return first_desk(order), None, ""
    hand = hand_for(hands_of(route.desk_id), codes, barred) if route.is_pushed else None
    if hand is None:
        return route.desk_id, None, ""
    return route.desk_id, hand.user_id, people.names_of([hand.user_id]).get(hand.user_id, "")


def first_desk(order: WorkOrder) -> int:
    """Return the desk of last resort, made where there is none yet. Raises Refused without any unit."""
    rows = Desk.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    desk_id = rows.first()
    if desk_id is None:
        seed(order.created_at)
        desk_id = rows.first()
    if desk_id is None:
        raise Refused("order.no_desk")
    return desk_id
