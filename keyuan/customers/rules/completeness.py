"""How complete an archive is: the share of what a service person should know of a customer (CUS-11)."""

from collections.abc import Iterable

#: Fields that count for a person and for an organisation; rows count by the names of `Facts` of the archive.
PERSON = (
    "name", "sex", "birth_on", "occupation", "occupation_class", "employer", "income", "education", "marriage",
    "region_code", "documents", "phones", "addresses", "preferred_contact",
)  # fmt: skip
ORGANISATION = (
    "name", "uscc", "legal_representative", "industry", "size", "registered_capital", "business_scope", "founded_on",
    "region_code", "phones", "addresses",
)  # fmt: skip


def completeness(kind: str, known: Iterable[str]) -> int:
    """Return the share of the counted fields that are among ``known``, in whole per cent."""
    counted = PERSON if kind == "P" else ORGANISATION
    there = set(known)
    return round(100 * sum(name in there for name in counted) / len(counted))
