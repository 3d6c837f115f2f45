"""Who is there to chat, and how much they have in hand."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count

from keyuan.service.models import Chat, ChatPolicy, ChatSeat, DeskMember
from keyuan.service.models.chat import ACTIVE, WAITING
from keyuan.service.rules.chat.silence import SEAT_LOST
from keyuan.service.rules.kinds import Hand


def seat_of(user_id: int | None) -> ChatSeat | None:
    """Return somebody's seat, None while they never took one."""
    return ChatSeat.objects.filter(pk=user_id or 0).first()


def chat_loads(user_ids: Sequence[int]) -> dict[int, int]:
    """Return how many conversations each person has in hand."""
    rows = Chat.objects.filter(status=ACTIVE, owner_id__in=list(user_ids)).order_by()
    return dict(rows.values_list("owner_id").annotate(count=Count("pk")))


def capacity_of(seat: ChatSeat, policy: ChatPolicy) -> int:
    """Return how many conversations somebody has at once."""
    return policy.capacity if seat.capacity is None else seat.capacity


def is_there(seat: ChatSeat, now: datetime) -> bool:
    """Tell whether somebody takes conversations and their browser still gives a sign."""
    return seat.state == ChatSeat.State.ONLINE and now - seat.seen_at < SEAT_LOST


def hands_at(desk_id: int, policy: ChatPolicy, now: datetime, *, lock: bool = False) -> list[Hand]:
    """Return who takes conversations of a desk now, with what they have in hand; locked in the order of their ids."""
    members = DeskMember.objects.filter(desk_id=desk_id, is_away=False, desk__is_active=True)
    skills = dict(members.values_list("user_id", "skills"))
    rows = ChatSeat.objects.filter(pk__in=list(skills), state=ChatSeat.State.ONLINE).order_by("pk")
    seats = [seat for seat in (rows.select_for_update() if lock else rows) if is_there(seat, now)]
    loads = chat_loads([seat.pk for seat in seats])
    return [
        Hand(seat.pk, frozenset(skills[seat.pk]), capacity_of(seat, policy), loads.get(seat.pk, 0)) for seat in seats
    ]


def seats_at(desk_ids: Sequence[int]) -> list[ChatSeat]:
    """Return everybody who has a seat at these desks, for the board."""
    people = DeskMember.objects.filter(desk_id__in=list(desk_ids)).values("user_id")
    return list(ChatSeat.objects.filter(pk__in=people).order_by("user_name", "pk"))


def waiting_count(desk_ids: Sequence[int]) -> int:
    """Return how many visitors wait at these desks."""
    return Chat.objects.filter(status=WAITING, desk_id__in=list(desk_ids)).count()


def desks_of_seat(user_id: int) -> list[int]:
    """Return the open desks at which somebody sits."""
    rows = DeskMember.objects.filter(user_id=user_id, desk__is_active=True).order_by("desk_id")
    return list(rows.values_list("desk_id", flat=True))
