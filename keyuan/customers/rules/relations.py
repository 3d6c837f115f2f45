"""What two customers are to each other, read from either side (CUS-2)."""

from keyuan.kernel.codes import Relation
from keyuan.kernel.errors import Refused

#: Kinds of our own beside the exchange codes.
REFERRER, REFERRED = "REFERRER", "REFERRED"
_OWN = {REFERRER: REFERRED, REFERRED: REFERRER}
_UNUSED = {Relation.SELF, Relation.UNKNOWN}


def inverse_of(kind: str) -> str:
    """Return what the other one is to this one. Raises `Refused` relation.kind for a kind that does not exist."""
    if kind in _OWN:
        return _OWN[kind]
    try:
        relation = Relation(kind)
    except ValueError:
        raise Refused("relation.kind", field="kind") from None
    if relation in _UNUSED:
        raise Refused("relation.kind", field="kind")
    return relation.inverse().value


def role_in_household(kind_to_head: str) -> str:
    """Return the household role of somebody who is ``kind_to_head`` of the head; unknown ones are "other"."""
    known = {item.value for item in Relation}
    return kind_to_head if kind_to_head in known else Relation.OTHER.value
