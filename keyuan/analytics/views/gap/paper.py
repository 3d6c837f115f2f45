"""What the paper of a result says, in the words of the page; papers are Chinese whoever prints them (ANA-8)."""

from typing import Any

from django.utils import timezone, translation

from keyuan.analytics.forms.gap import words
from keyuan.analytics.models import GapResult
from keyuan.analytics.selectors.gap import needs_of, reads_money
from keyuan.analytics.views.gap import shown
from keyuan.contact.services.messages.filling import salutation
from keyuan.kernel.actor import Actor

LANGUAGE, WAN = "zh-hans", 1_000_000


def document_of(actor: Actor, result: GapResult) -> dict[str, Any]:
    """Return the words of the paper: form of address instead of the name, amounts as the actor may read them."""
    with translation.override(LANGUAGE):
        customer, reads = result.customer, reads_money(actor)
        return {
            "customer": salutation(customer.name, customer.sex, customer.kind == "P", LANGUAGE),
            "watermark": f"{actor.name} {timezone.localtime(result.made_at):%Y-%m-%d}",
            "on": f"{timezone.localtime(result.made_at):%Y-%m-%d}",
            "stage": str(words.word(words.STAGES, result.life_stage)),
            "edition": result.edition,
            "total": shown.amount(actor, result.total_gap),
            "budget": shown.amount(actor, result.budget),
            "needs": [
                {
                    "label": str(words.word(words.KINDS, need.kind)),
                    "method": str(words.word(words.METHODS, need.method)),
                    "need": shown.amount(actor, need.need), "cover": shown.amount(actor, need.cover),
                    "gap": shown.amount(actor, need.gap),
                    # Bars without amounts would still tell them.
                    "need_wan": need.need // WAN if reads else 0, "cover_wan": need.cover // WAN if reads else 0,
                    "gap_wan": need.gap // WAN if reads else 0,
                }
                for need in needs_of(result)
            ],
            "purchases": [
                {
                    "label": str(row["label"]), "product": row.get("product", ""), "sum": row["sum"],
                    "premium": row["premium"], "word": str(row["word"]),
                }
                for row in shown.purchases_shown(actor, result)
            ],
            "assumptions": [
                (str(label), value)
                for _group, rows in shown.assumptions_shown(result.assumptions)
                for label, value in rows
            ],
            "remarks": [str(words.word(words.REMARKS, code)) for code in result.remarks],
        }  # fmt: skip
