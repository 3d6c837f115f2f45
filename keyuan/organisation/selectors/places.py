"""Units into which files are imported."""

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors.units import TREE_ORDER, unit_q


def places(actor: Actor) -> QuerySet[Unit]:
    """Return the open units in the actor's reach, whatever else the post may do; the system reaches all."""
    units = Unit.objects.filter(closed_on__isnull=True).order_by("level", "code", "id")
    return units if actor.kind is ActorKind.SYSTEM else units.filter(unit_q(actor))


def places_in_tree(actor: Actor) -> QuerySet[Unit]:
    """Return the same units in the order of the tree, each above those below it, for choosing one."""
    return places(actor).order_by(*TREE_ORDER)


def find_place(actor: Actor, key: int | str) -> Unit | None:
    """Return one such unit by its id or its code; a text is a code first."""
    found = places(actor).filter(code=str(key)).first() if isinstance(key, str) else None
    if found is None and str(key).isdecimal():
        found = places(actor).filter(pk=int(key)).first()
    return found
