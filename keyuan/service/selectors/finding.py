"""Finding orders by number and people by theirs, for forms."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Agent, User
from keyuan.platform import people
from keyuan.service.models import DeskMember, Follower
from keyuan.service.selectors.orders import orders_visible_to

MOST_PEOPLE = 200


def order_by_number(actor: Actor, number: str, *, now: datetime) -> int | None:
    """Return the order of a number in the actor's reach."""
    rows = orders_visible_to(actor, now=now).filter(number=number.strip().upper())
    return rows.values_list("pk", flat=True).first()


def people_by_number(text: str) -> tuple[list[int], list[int], str]:
    """Return agents, members of staff, and the first number that nobody has, of a list separated by commas."""
    numbers = [part.strip().upper() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()][
        :20
    ]
    agents: Mapping[str, int] = dict(Agent.objects.filter(agent_no__in=numbers).values_list("agent_no", "pk"))
    staff: Mapping[str, int] = dict(User.objects.filter(staff_no__in=numbers).values_list("staff_no", "pk"))
    unknown = next((number for number in numbers if number not in agents and number not in staff), "")
    users = [pk for number, pk in staff.items() if number not in agents]
    return list(agents.values()), users, unknown


def seated_people() -> list[tuple[int, str]]:
    """Return who sits at open desks, by name, two hundred at most."""
    ids = DeskMember.objects.filter(desk__is_active=True).order_by("user_id").values_list("user_id", flat=True)
    names = people.names_of(list(dict.fromkeys(ids))[:MOST_PEOPLE])
    return sorted(names.items(), key=lambda pair: pair[1])


def follows(actor: Actor, order_id: int) -> bool:
    """Tell whether the actor follows an order."""
    return Follower.objects.filter(order_id=order_id, user_id=actor.id or 0).exists()
