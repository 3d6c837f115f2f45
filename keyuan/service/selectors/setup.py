"""Reading one thing of the set-up, and typed lists of people."""

from collections.abc import Sequence
from typing import Any

from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.models import User
from keyuan.service.models import Category, Desk, Macro, RoutingRule
from keyuan.service.selectors.desks import members_of

MODELS: dict[str, Any] = {"desk": Desk, "rule": RoutingRule, "category": Category, "macro": Macro}
AWAY = "-"
USUAL, MOST = 30, 500


def entry(part: str, pk: int) -> Any:
    """Return one entry of a part of the set-up. Raises NotFound."""
    found = MODELS[part].objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("setup.not_found")
    return found


def all_desks() -> list[Desk]:
    """Return every desk, closed ones too."""
    return list(Desk.objects.select_related("unit").order_by("-is_active", "pk"))


def user_of(staff_no: str) -> int | None:
    """Return the account of a staff number; None for an empty one. Raises Refused for one that nobody has."""
    number = staff_no.strip().upper()
    if not number:
        return None
    found = User.objects.filter(staff_no=number, is_active=True).values_list("pk", flat=True).first()
    if found is None:
        raise Refused("setup.staff_no", field="supervisor", number=number)
    return found


def staff_no_of(user_id: int | None) -> str:
    """Return the staff number of an account."""
    return User.objects.filter(pk=user_id or 0).values_list("staff_no", flat=True).first() or ""


def members_text(desk_id: int) -> str:
    """Write the people of a desk as they are typed."""
    members = members_of(desk_id)
    numbers = dict(User.objects.filter(pk__in=[m.user_id for m in members]).values_list("pk", "staff_no"))
    return "\n".join(
        " ".join([f"{AWAY if m.is_away else ''}{numbers.get(m.user_id, '')}", str(m.capacity), *m.skills])
        for m in members
    )


def read_members(text: str) -> Sequence[dict[str, Any]]:
    """Read people typed one on each line. Raises Refused naming the line that cannot be read."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", " ").replace("，", " ").split()
        if not words:
            continue
        staff_no = words[0].removeprefix(AWAY).upper()
        user_id = User.objects.filter(staff_no=staff_no, is_active=True).values_list("pk", flat=True).first()
        capacity = words[1] if len(words) > 1 else str(USUAL)
        if user_id is None or not capacity.isdecimal() or int(capacity) > MOST:
            raise Refused("setup.line", field="members", line=number)
        skills = [word.upper() for word in words[2:]]
        unknown = set(skills) - set(Category.objects.filter(code__in=skills).values_list("code", flat=True))
        if unknown:
            raise Refused("setup.skill", field="members", line=number, code=sorted(unknown)[0])
        found.append(
            {"user_id": user_id, "capacity": int(capacity), "skills": skills, "is_away": words[0].startswith(AWAY)}
        )
    return found
