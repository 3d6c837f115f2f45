"""The purposes and rules in force: what people changed over what the product comes with."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from keyuan.contact.models import ConsentText, Purpose, PurposeChange, RuleVersion
from keyuan.contact.rules.purposes import CHANNELS, DEFAULT_PURPOSES, Terms, excess
from keyuan.contact.rules.terms import DEFAULT_RULES, Rules, from_json
from keyuan.kernel.errors import NotFound

#: What somebody named who is no purpose of ours: it may use nothing.
NO_PURPOSE = Terms("", "USE", "CONSENT")


def terms_of(row: Purpose) -> Terms:
    """Return a stored purpose as a value."""
    return Terms(
        row.key, row.kind, row.basis, frozenset(row.fields),
        tuple(channel for channel in CHANNELS if channel in row.channels),
        row.is_separate, row.priority, row.name, row.note, row.is_active, row.version,
    )  # fmt: skip


def purposes() -> dict[str, Terms]:
    """Return every purpose by its key, in the order of the defaults and then of making."""
    stored = {row.key: terms_of(row) for row in Purpose.objects.order_by("pk")}
    return {**DEFAULT_PURPOSES, **stored}


def access_purpose(key: str) -> Terms:
    """Return one purpose; raises NotFound."""
    found = purposes().get(key)
    if found is None:
        raise NotFound("purpose.not_found")
    return found


def excess_of(purpose: str, fields: Collection[str]) -> list[str]:
    """Return those of ``fields`` that a purpose may not use; an unknown purpose may use none (PIPL 6)."""
    return excess(purposes().get(purpose, NO_PURPOSE), fields)


def changes_of_purpose(key: str) -> list[PurposeChange]:
    """Return the history of a purpose, newest first."""
    return list(PurposeChange.objects.filter(purpose__key=key).order_by("-version")[:50])


def latest_rules() -> RuleVersion | None:
    """Return the version in force; None while nobody has changed what the product comes with."""
    return RuleVersion.objects.order_by("-version").first()


def rule_versions() -> list[RuleVersion]:
    """Return the versions of the rules, newest first."""
    return list(RuleVersion.objects.order_by("-version")[:50])


def rules_in_force() -> Rules:
    """Return the contact rules."""
    row = latest_rules()
    return DEFAULT_RULES if row is None else from_json(row.rules)


def texts_of(purpose: str) -> list[ConsentText]:
    """Return the consent texts of a purpose, newest first, language by language."""
    return list(ConsentText.objects.filter(purpose=purpose).order_by("language", "-version"))


def text_in_force(purpose: str, language: str, today: date) -> ConsentText | None:
    """Return the wording to be shown today: in the language asked for, else in simplified Chinese."""
    texts = ConsentText.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), purpose=purpose, effective_on__lte=today
    )
    for wanted in (language, "zh-hans"):
        found = texts.filter(language=wanted).order_by("-version").first()
        if found is not None:
            return found
    return None
