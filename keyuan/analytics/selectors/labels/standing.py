"""Which labels follow a rule, what each rule says, and which suggestions nobody took over yet (ANA-3, ANA-5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyuan.analytics.rules.labels.starters import LABELS, SEGMENTS, Starter
from keyuan.customers.models import Tag, TagRule
from keyuan.customers.rules.segments.language import Group, read_condition
from keyuan.customers.selectors.segments.reading import names_of_segments
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.segments.nightly import rests_on_scores
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Standing:
    """A label with its rule: what it says, whether models set it, whom it fits.

    Whoever sees labels sees why they are set; ``is_open`` tells whether the reader sees the segment itself.
    """

    rule: TagRule
    tag: Tag
    condition: Group | None
    is_open: bool
    by_model: bool
    fits: int | None


def standing_labels(actor: Actor, counts: Mapping[str, int]) -> list[Standing]:
    """Return the labels that follow a rule, by name; ``counts``: whom each fits in the reader's reach."""
    rules = list(TagRule.objects.select_related("tag", "segment").order_by("tag__name"))
    seen = names_of_segments(actor, [rule.segment_id for rule in rules])
    return [
        Standing(
            rule,
            rule.tag,
            condition_in(rule.segment.condition),
            rule.segment_id in seen,
            rests_on_scores(rule),
            counts.get(rule.tag.code, 0) if rule.is_active else None,
        )
        for rule in rules
        if rule.tag.retired_at is None
    ]


def condition_in(stored: object) -> Group | None:
    """Return a stored condition; None for one that can no longer be read."""
    try:
        return read_condition(stored, whole_vocabulary())
    except Invalid:
        return None


def open_labels() -> list[Starter]:
    """Return the suggested labels that follow no rule yet."""
    ruled = set(TagRule.objects.values_list("tag__code", flat=True))
    return [one for one in LABELS if one.code not in ruled]


def suggested_segments() -> list[Starter]:
    """Return the suggested segments; several people may each take one over."""
    return list(SEGMENTS)
