"""Words of offers: families, reasons, why nobody is approached, why a customer does not want it (ANA-7)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.rules.offers import facts
from keyuan.analytics.rules.offers.terms import COVERED, FAMILIES, LATER, NO_TRUST, OTHER, PRICE, WRONG
from keyuan.contact.selectors.labels import REASONS as BLOCKS
from keyuan.contact.selectors.labels import label_of
from keyuan.customers.selectors.labels import SALES_CHANNELS
from keyuan.kernel.codes import SalesChannel
from keyuan.platform.formats import money
from keyuan.products.selectors.labels import KINDS as PRODUCT_KINDS

Words = Mapping[str, Any]
LABEL = _("Next best offers")
KINDS: Words = {family: PRODUCT_KINDS[family] for family in FAMILIES}
REFUSALS: Words = {
    PRICE: _("Too expensive"),
    COVERED: _("Covered elsewhere"),
    LATER: pgettext_lazy("offers", "Not now"),
    NO_TRUST: _("No trust in this kind of product"),
    WRONG: _("Does not fit the customer"),
    OTHER: pgettext_lazy("answer to an offer", "Another reason"),
}
#: What a band of days is called; the first is for nothing known.
SPANS = (
    "", _("less than three months"), _("three to six months"), _("six to twelve months"), _("one to two years"),
    _("two to three years"), _("three to five years"), _("five years or more"),
)  # fmt: skip
HOLDINGS: Mapping[int, Any] = {
    facts.NEVER: _("has never had %(kind)s"),
    facts.ONCE: _("had %(kind)s before"),
    facts.ONE: _("has one contract of %(kind)s"),
    facts.MORE: _("has several contracts of %(kind)s"),
}


def family_word(family: str) -> str:
    """Return the name of a family of products."""
    return str(KINDS.get(family, family))


def block_word(block: str) -> str:
    """Return why nobody is to be approached."""
    return label_of(BLOCKS, block)


def reason_word(reason: str) -> str:
    """Return a ``fact:code`` in words; one that this version does not know stands for nothing."""
    fact, _colon, code = reason.partition(":")
    number = int(code) if code.isdecimal() else 0
    if fact.startswith(facts.HELD):
        kind = family_word(fact.removeprefix(facts.HELD))
        return str(HOLDINGS[min(number, facts.MORE)]) % {"kind": kind}
    made = _WORDS.get(fact)
    return made(number) if made else ""


def _age(code: int) -> str:
    return gettext("aged %(span)s") % {"span": _span(facts.AGES, code)}


def _channel(code: int) -> str:
    known = facts.CHANNELS[code - 1] if 0 < code <= len(facts.CHANNELS) else SalesChannel.GROUP
    return gettext("served by %(channel)s") % {"channel": label_of(SALES_CHANNELS, known)}


def _tenure(code: int) -> str:
    return gettext("customer for %(time)s") % {"time": SPANS[min(code, len(SPANS) - 1)]}


def _since_bought(code: int) -> str:
    if not code:
        return gettext("never bought here")
    return gettext("last purchase %(time)s ago") % {"time": SPANS[min(code, len(SPANS) - 1)]}


def _contracts(code: int) -> str:
    return gettext("%(span)s contracts in force") % {"span": _span(facts.CONTRACTS, code)}


def _premium(code: int) -> str:
    bounds = [money(bound, decimals=False) for bound in facts.PREMIUMS]
    if code <= 1:
        return gettext("pays less than %(amount)s yuan a year") % {"amount": bounds[1]}
    return gettext("pays %(amount)s yuan a year or more") % {"amount": bounds[min(code, len(bounds)) - 1]}


def _contacts(code: int) -> str:
    return gettext("%(span)s contacts within a year") % {"span": _span(facts.CONTACTS, code)}


def _ended(code: int) -> str:
    return gettext("a contract ended within a year") if code else gettext("no contract ended within a year")


def _span(bounds: tuple[int, ...], code: int) -> str:
    """Return the numbers of a band: "35–39", "6+", "0" for the one below all bounds."""
    if not code:
        return f"<{bounds[0]}" if bounds[0] > 1 else "0"
    low = bounds[code - 1]
    if code >= len(bounds):
        return f"{low}+"
    high = bounds[code] - 1
    return str(low) if high == low else f"{low}–{high}"


_WORDS = {
    "age": _age,
    "channel": _channel,
    "tenure": _tenure,
    "since_bought": _since_bought,
    "contracts": _contracts,
    "premium": _premium,
    "contacts": _contacts,
    "ended": _ended,
}
