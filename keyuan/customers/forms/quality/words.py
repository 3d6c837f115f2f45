"""What findings, dimensions, levels and suppliers are called, and the sentences of what is refused (CUS-11)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.rules.quality.suppliers import Supplied
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.quality.rows import partner_names
from keyuan.customers.services.quality.cleansing import SHORT
from keyuan.platform.wording import add_sentences

DIMENSIONS: dict[str, Any] = {
    "complete": pgettext_lazy("data quality", "Complete"),
    "valid": pgettext_lazy("data quality", "Valid"),
    "distinct": pgettext_lazy("data quality", "Unique"),
    "fresh": pgettext_lazy("data quality", "Fresh"),
    "consistent": pgettext_lazy("data quality", "Consistent"),
}
LEVELS: dict[str, tuple[Any, str]] = {
    "GOOD": (pgettext_lazy("data quality", "Good"), "ok"),
    "FAIR": (pgettext_lazy("data quality", "Fair"), "accent"),
    "POOR": (pgettext_lazy("data quality", "Poor"), "warn"),
    "BAD": (pgettext_lazy("data quality", "Bad"), "bad"),
}
#: What is wrong, why it matters, and what puts it right.
FINDINGS: dict[str, tuple[Any, Any, Any]] = {
    "NO_NAME": (_("Name missing"), _("Nobody can be addressed or checked without a name."), _("Enter the name")),
    "NO_PHONE": (
        _("No usable phone"),
        _("Reminders, call-backs and claims cannot reach this customer."),
        _("Enter a number"),
    ),
    "NO_ADDRESS": (
        _("No usable postal address"),
        _("Contracts and letters cannot be delivered."),
        _("Enter an address"),
    ),
    "NO_BIRTHDAY": (
        _("Birthday missing"),
        _("Age, premiums and birthday care all hang on it."),
        _("Enter the birthday"),
    ),
    "NO_DOCUMENT": (
        _("Identity document missing"),
        _("Without a document the customer cannot be identified when money is paid out."),
        _("Enter a document"),
    ),
    "NO_OCCUPATION": (
        _("Occupation missing"),
        _("The occupation decides about accident classes and needs."),
        _("Enter the occupation"),
    ),
    "NO_USCC": (
        _("Social credit code missing"),
        _("Organisations are identified by their unified social credit code."),
        _("Enter the code"),
    ),
    "NO_LEGAL_REP": (
        _("Legal representative missing"),
        _("Contracts of organisations are signed by their legal representative."),
        _("Enter the legal representative"),
    ),
    "DEAD_NUMBER": (
        _("Dead phone number on file"),
        _("A number was noted as not reaching the customer."),
        _("Replace, confirm or delete the number"),
    ),
    "UNREACHED": (
        _("Calls keep failing"),
        _("Several calls in a row were not answered: the number may be out of use."),
        _("Confirm or replace the number"),
    ),
    "EMAIL_BOUNCED": (
        _("E-mail comes back"),
        _("A mail address was noted as not reaching the customer."),
        _("Replace, confirm or delete the address"),
    ),
    "ADDRESS_RETURNED": (
        _("Letters come back"),
        _("An address was noted as not reaching the customer."),
        _("Replace, confirm or delete the address"),
    ),
    "DOCUMENT_EXPIRED": (
        _("Identity document expired"),
        _("Services that need a valid document have to be refused."),
        _("Enter the new document"),
    ),
    "BIRTHDAY_ODD": (
        _("Birthday cannot be right"),
        _("It lies in the future or more than 115 years back."),
        _("Correct the birthday"),
    ),
    "NAME_ODD": (
        _("Name looks made up"),
        _("It holds digits, signs or a word for unknown."),
        _("Correct the name"),
    ),
    "USCC_WRONG": (
        _("Social credit code is wrong"),
        _("Its check character does not fit."),
        _("Correct the code"),
    ),
    "DUPLICATE": (
        _("Likely duplicate"),
        _("The customer may stand in the book twice; policies and contacts are then split."),
        _("Compare the pair"),
    ),
    "SHARED_NUMBER": (
        _("Number shared by many"),
        _("Many customers have the same mobile number: often it is the seller's own."),
        _("Ask for the customer's own number"),
    ),
    "STALE": (
        _("Long not confirmed"),
        _("Nobody has confirmed the data or spoken with the customer for a long time."),
        _("Contact the customer and confirm the data"),
    ),
    "UNVERIFIED": (
        _("No phone confirmed"),
        _("Nobody has checked yet that a number reaches the customer."),
        _("Confirm the number"),
    ),
    "IDENTITY_CLASH": (
        _("Identity number contradicts the record"),
        _("Birthday or sex differ from what the identity number says."),
        _("Correct birthday, sex or document"),
    ),
    "DEATH_CLASH": (
        _("Date of death on an active record"),
        _("A date of death is on file, yet the customer counts as living."),
        _("Clear up and correct the archive"),
    ),
}
SUPPLIERS: dict[str, Any] = {
    Supplied.KEY: _("Source system %(name)s"),
    Supplied.PARTNER: _("Agency %(name)s"),
    Supplied.FROM: _("Prospects: %(name)s"),
    Supplied.CHANNEL: _("Sales channel: %(name)s"),
}


def finding_word(code: str) -> str:
    """Return what a finding is called."""
    return str(FINDINGS[code][0]) if code in FINDINGS else code


def supplier_words(suppliers: Iterable[str]) -> dict[str, str]:
    """Return what suppliers are called; agencies are looked up at once."""
    pairs = {word: word.partition(":")[::2] for word in suppliers if word}
    ids = [int(name) for kind, name in pairs.values() if kind == Supplied.PARTNER and name.isdecimal()]
    tables: dict[str, Any] = {
        Supplied.PARTNER: {str(pk): name for pk, name in partner_names(ids).items()},
        Supplied.FROM: labels.PROSPECT_SOURCES,
        Supplied.CHANNEL: labels.SALES_CHANNELS,
    }
    return {
        word: str(SUPPLIERS[kind]) % {"name": tables.get(kind, {}).get(name, name)} if kind in SUPPLIERS else word
        for word, (kind, name) in pairs.items()
    }


def register() -> None:
    """Word the codes of data quality."""
    SHORT.update({code: words[0] for code, words in FINDINGS.items()})
    add_sentences(
        {
            "quality.running": _("The records are being judged just now. Wait for the end, then try again."),
            "quality.clean": _("Nothing is wrong with the record"),
            "quality.has_task": _("Has a cleansing task already"),
            "quality_rules.whole_book": _(
                "The weights count for the whole company. Ask somebody whose post reaches all of it."
            ),
            "quality_rules.out_of_bounds": _("Enter a number from %(least)s to %(most)s."),
            "quality_rules.levels_order": _("Good has to begin above fair, and fair above poor."),
            "quality_rules.no_weight": _("Give at least one dimension a weight above 0."),
            "quality_rules.unknown": _("Nothing is called %(name)s here."),
            "quality_rules.reason": _("Say why the weights change: the reason stays in the history."),
            "quality_rules.unchanged": _("These are the weights in force. Change one of them first."),
        }
    )
