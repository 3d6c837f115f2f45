"""The model for one file: which features are compared, and which of them say the same thing (CUS-8)."""

import math
from collections.abc import Callable, Sequence

from keyuan.customers.rules.linkage import levels
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.levels import Comparison

#: Two places say the same thing when agreement in one brings agreement in the other at least this often.
DEPENDENT = 0.5
#: Fewer pairs of one home do not prove that a file has no families.
FEW_HOMES = 30


def design(
    of: Callable[[Kind], Sequence[str]],
    *,
    has_given: bool,
    has_surname: bool,
    has_tones: bool,
    joined_places: Sequence[str] = (),
) -> list[Comparison]:
    """Return the comparisons for the features that there are; ``joined_places`` are compared as one."""
    found: list[Comparison] = []
    if has_given:
        found.append(levels.given_name(has_tones=has_tones, has_surname=has_surname))
    if has_surname:
        found.append(levels.surname(has_given=has_given))
    found += [levels.birth(column) for column in of(Kind.BIRTH_DATE)]
    found += [levels.number(column, is_long=True, is_personal=True) for column in of(Kind.ID_NUMBER)]
    if of(Kind.PHONE):
        found.append(levels.phone(of(Kind.PHONE)))
    found += [levels.email(column) for column in of(Kind.EMAIL)]
    found += [
        levels.token(of(kind), is_personal=kind is Kind.ID_TOKEN)
        for kind in (Kind.ID_TOKEN, Kind.PHONE_TOKEN, Kind.EMAIL_TOKEN)
        if of(kind)
    ]
    addresses = of(Kind.ADDRESS)
    for place, column in enumerate(addresses):
        others = addresses[1:2] if place == 0 else ()
        found.append(levels.address(column, others[0] if others else ""))
    found += [levels.number(column, is_long=False) for column in (*of(Kind.HOUSE_NUMBER), *of(Kind.CODE))]
    if joined_places:
        found.append(levels.place(joined_places))
    found += [levels.number(c, is_long=False) for c in of(Kind.POSTCODE) if c not in joined_places]
    found += [levels.word(c) for c in (*of(Kind.SUBURB), *of(Kind.OTHER)) if c not in joined_places]
    found += [levels.choice(c) for c in (*of(Kind.STATE), *of(Kind.SEX)) if c not in joined_places]
    return found


def personal_against(comparisons: Sequence[Comparison]) -> float:
    """Return the share of true pairs expected to agree in nothing that a family does not share.

    Expected by the priors: what was learned may have been learned from families.
    """
    shares = [
        each.else_prior if each.name == "given" else 1 - each.levels[0].prior
        for each in comparisons
        if each.is_personal
    ]
    return math.prod(shares)


def has_families(against: int, pairs: int, expected: float) -> bool:
    """Tell whether a file holds families: of pairs that share surname and home, too many differ in what is personal.

    ``against`` of ``pairs`` do, where ``expected`` is the share to be expected of true pairs. With few pairs: yes.
    """
    return pairs < FEW_HOMES or against / pairs > max(3 * expected, expected + 0.1)
