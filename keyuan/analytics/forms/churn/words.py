"""Why somebody may go, in words: each fact of a card as a sentence that says what is so, not what it means (ANA-6)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from keyuan.analytics.rules.churn.outcomes import LAPSE, RENEWAL, SURRENDER
from keyuan.analytics.rules.churn.scoring import HIGH, RAISED, WHOLE
from keyuan.customers.selectors.labels import SALES_CHANNELS
from keyuan.platform import formats
from keyuan.policies.selectors.labels import PAY_MODES, PRODUCT_KINDS

OUTCOMES: Mapping[str, Any] = {
    LAPSE.key: pgettext_lazy("churn", "Lapse"),
    SURRENDER.key: pgettext_lazy("churn", "Surrender"),
    RENEWAL.key: pgettext_lazy("churn", "Non-renewal"),
}
LEVELS: Mapping[int, tuple[Any, str]] = {
    HIGH: (pgettext_lazy("churn level", "High"), "bad"),
    RAISED: (pgettext_lazy("churn level", "Raised"), "warn"),
}
#: The horizons by which contracts are judged, in months.
WITHIN: Mapping[int, Any] = {
    3: gettext_lazy("Within 3 months"),
    6: gettext_lazy("Within 6 months"),
    12: gettext_lazy("Within 12 months"),
}
#: What to do about each way to go (domain.md §H): the usual first step, for whoever calls.
STRATEGIES: Mapping[str, Any] = {
    LAPSE.key: gettext_lazy(
        "Remind of the premium, check the debit account, offer another frequency of payment or an automatic premium "
        "loan."
    ),
    SURRENDER.key: gettext_lazy(
        "Ask for the reason, review the cover, explain what surrender costs; offer a policy loan or paid-up cover."
    ),
    RENEWAL.key: gettext_lazy(
        "Call before the cover ends, settle open claims and questions, and prepare the quote for renewal."
    ),
}
#: What the models are called in the register; behind it stand the months.
MODELS: Mapping[str, Any] = {
    LAPSE.key: gettext_lazy("Prediction of lapse"),
    SURRENDER.key: gettext_lazy("Prediction of surrender"),
    RENEWAL.key: gettext_lazy("Prediction of non-renewal"),
}
ABOUT = gettext_lazy("Risk of leaving")
EFFECT = gettext_lazy("Somebody may call to keep the contract, or not; nothing else depends on it.")


def percent(chance: int) -> str:
    """Return a chance in ten-thousandths as per cent."""
    return f"{chance * 100 / WHOLE:.1f}%" if chance < WHOLE // 10 else f"{chance * 100 / WHOLE:.0f}%"


def outcome_word(key: str) -> str:
    """Return the name of a way to go."""
    return str(OUTCOMES.get(key, key))


def told(reasons: Sequence[Sequence[str]]) -> list[str]:
    """Return reasons, (fact, value) pairs as the night keeps them, as sentences; unknown facts are left out."""
    return [SENTENCES[name](value) for name, value in reasons if name in SENTENCES]


def _of(words: Mapping[Any, Any], sentence: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: sentence(str(words.get(value, value) or _("Unknown")))


def _money(sentence: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: sentence(formats.money(int(float(value))) if value else _("Unknown"))


def _number(value: str) -> int:
    return int(float(value)) if value else 0


def _held(value: str) -> str:
    return _("In policy year %(year)d") % {"year": _number(value) // 12 + 1}


def _behind(value: str) -> str:
    count = _number(value)
    if not count:
        return _("No premium behind")
    return ngettext("%(count)d premium behind", "%(count)d premiums behind", count) % {"count": count}


def _aged(value: str) -> str:
    return _("%(count)d years old") % {"count": _number(value)} if value else _("Date of birth unknown")


def _given_up(value: str) -> str:
    count = _number(value)
    if not count:
        return _("Gave up no contract in the last two years")
    return _("Gave up contracts in the last two years: %(count)d") % {"count": count}


def _contacts(value: str) -> str:
    count = _number(value)
    return _("Contacts within a year: %(count)d") % {"count": count} if count else _("No contact within a year")


def _talked(value: str) -> str:
    if not value:
        return _("No contact so far")
    return _since(value, _("Last contact within a month"), _("Last contact %(count)d months ago"))


def _since(value: str, lately: str, before: str) -> str:
    months = _number(value)
    return before % {"count": months} if months else lately


def _renewed(value: str) -> str:
    return _("Was renewed before") if _number(value) else _("In its first year, not renewed so far")


SENTENCES: Mapping[str, Callable[[str], str]] = {
    "product_kind": _of(PRODUCT_KINDS, lambda word: _("Product kind: %(word)s") % {"word": word}),
    "sales_channel": _of(SALES_CHANNELS, lambda word: _("Bought through: %(word)s") % {"word": word}),
    "pay_mode": _of(PAY_MODES, lambda word: _("Payment: %(word)s") % {"word": word}),
    "premium": _money(lambda amount: _("Premium of %(amount)s yuan a year") % {"amount": amount}),
    "sum_insured": _money(lambda amount: _("Sum insured %(amount)s yuan") % {"amount": amount}),
    "pay_years": lambda value: _("Premiums are paid for %(count)d years") % {"count": _number(value)},
    "is_renewal": _renewed,
    "months_held": _held,
    "months_to_due": lambda value: _("Next premium due within %(count)d months") % {"count": _number(value)},
    "months_to_end": lambda value: _("Cover ends within %(count)d months") % {"count": _number(value) + 1},
    "behind": _behind,
    "age": _aged,
    "contracts": lambda value: _("Contracts held: %(count)d") % {"count": _number(value)},
    "given_up": _given_up,
    "months_since_bought": lambda value: _since(
        value, _("Last purchase within a month"), _("Last purchase %(count)d months ago")
    ),
    "contacts": _contacts,
    "months_since_contact": _talked,
    "claims": lambda value: _("Claims reported in the last two years: %(count)d") % {"count": _number(value)},
    "claims_open": lambda value: _("Claims not decided yet: %(count)d") % {"count": _number(value)},
}
