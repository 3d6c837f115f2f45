"""What a column of a person file can mean, and the guess from its name (CUS-8)."""

import re
from enum import StrEnum

from keyuan.customers.rules.linkage.words.columns import COLUMN_NAMES
from keyuan.kernel.width import half_width


class Kind(StrEnum):
    """What a column holds. Several columns may be of one kind, except the record's own number.

    Tokens stand for numbers and addresses that were hashed with a key before: they agree or they do not.
    """

    RECORD_ID = "record_id"
    NAME = "name"
    GIVEN_NAME = "given_name"
    SURNAME = "surname"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    HOUSE_NUMBER = "house_number"
    SUBURB = "suburb"
    POSTCODE = "postcode"
    STATE = "state"
    CODE = "code"
    ID_TOKEN = "id_token"  # noqa: S105 - a kind of column
    PHONE_TOKEN = "phone_token"  # noqa: S105 - a kind of column
    EMAIL_TOKEN = "email_token"  # noqa: S105 - a kind of column
    OTHER = "other"
    IGNORE = "ignore"


_BY_NAME = {name: Kind(kind) for kind, names in COLUMN_NAMES.items() for name in names.split()}
#: A label of the truth must never be compared.
_TRUTH = frozenset(
    [
        "cluster",
        "clusterid",
        "clusterno",
        "truth",
        "trueid",
        "truthid",
        "entity",
        "entityid",
        "personid",
        "label",
        "groundtruth",
        "matchid",
        "groupid",
    ]
)
_NOISE = re.compile(r"[\W_\d]+")
_PREFIXES = (
    "customer",
    "client",
    "person",
    "insured",
    "holder",
    "applicant",
    "home",
    "primary",
    "客户",
    "投保人",
    "被保险人",
)


def plain(column: str) -> str:
    """Return a column's name as the table of names has it: half-width, lower case, letters and characters only."""
    return re.sub(r"[\W_]+", "", half_width(column).lower())


def guess(column: str) -> Kind:
    """Return what a column of this name most likely holds; IGNORE when the name says nothing."""
    name = plain(column)
    bare = _NOISE.sub("", name)
    if bare in _TRUTH or name in _TRUTH:
        return Kind.IGNORE
    for text in (name, bare):
        if text in _BY_NAME:
            return _BY_NAME[text]
    for prefix in _PREFIXES:
        if bare.startswith(prefix) and bare.removeprefix(prefix) in _BY_NAME:
            found = _BY_NAME[bare.removeprefix(prefix)]
            return Kind.IGNORE if found is Kind.RECORD_ID else found
    return Kind.IGNORE
