"""Results and answers as pages show them, masked for whoever may not read money (ANA-8, PLT-4)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.analytics.forms.gap import words
from keyuan.analytics.forms.gap.assuming import GROUPS as ASSUMED_GROUPS
from keyuan.analytics.forms.gap.assuming import shown as assumption_shown
from keyuan.analytics.models import GapNeed, GapResult
from keyuan.analytics.selectors.gap import FIELD, needs_of, reads_money
from keyuan.analytics.selectors.gap.cover import cover_of
from keyuan.analytics.selectors.gap.known import Standing
from keyuan.customers.models import Customer
from keyuan.customers.selectors.family import Family
from keyuan.customers.selectors.labels import HOUSEHOLD_ROLES, label_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.formats import money
from keyuan.policies.rules.gap.needs import KINDS
from keyuan.policies.rules.gap.offers import PRODUCT_KINDS
from keyuan.policies.rules.gap.questions import BIRTH_YEARS, CHOICE, GROUPS, MONEY, Question, asked_of, is_fresh

WAN = 1_000_000


def customer_name(actor: Actor, customer: Customer) -> str:
    """Return the customer's name as the actor reads names."""
    return str(customer_label(actor, customer.summary))


def amount(actor: Actor, value: int | None) -> str:
    """Return an amount in whole yuan; hidden where the actor reads no money."""
    return money(value, decimals=False) if reads_money(actor) else present(actor, value, FIELD)


def answers_shown(actor: Actor, standing: Standing) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the questions of each group with their answers, where they come from and since when."""
    asked = asked_of(standing.known, may_ask_money=True)
    return [
        (group, [_answer_shown(actor, standing, question) for question in asked if question.group == group])
        for group in GROUPS
    ]


def _answer_shown(actor: Actor, standing: Standing, question: Question) -> dict[str, Any]:
    answer = standing.known.get(question.key)
    fresh = is_fresh(question, answer, clock.today(), standing.assumed.stale_months)
    return {
        "label": words.QUESTIONS[question.key],
        "text": value_shown(actor, question, answer.value) if answer else "",
        "source": words.word(words.SOURCES, answer.source) if answer else "",
        "on": answer.on if answer else None,
        "is_open": not fresh,
    }


def value_shown(actor: Actor, question: Question, value: Any) -> str:
    """Return an answer in words."""
    if value is None:
        return pgettext("gap answer", "Not said")
    if question.kind == MONEY:
        return amount(actor, value)
    if question.kind == CHOICE:
        return str(words.word(words.OPTIONS[question.key], value))
    if question.kind == BIRTH_YEARS:
        ages = [str(clock.today().year - year) for year in reversed(value)]
        return ", ".join(ages) or _("No children")
    return str(value)


def needs_shown(actor: Actor, result: GapResult, before: GapResult | None) -> list[dict[str, Any]]:
    """Return the needs of a result with lines, other methods, and what changed since the one before."""
    was = {need.kind: need.gap for need in needs_of(before)} if before else {}
    return [_need_shown(actor, need, was.get(need.kind)) for need in needs_of(result)]


def _need_shown(actor: Actor, need: GapNeed, was: int | None) -> dict[str, Any]:
    lines, others = need.detail.get("lines", ()), need.detail.get("others", ())
    return {
        "row": need,
        "label": words.word(words.KINDS, need.kind),
        "method": words.word(words.METHODS, need.method),
        "why": words.word(words.WHY, need.kind),
        "need": amount(actor, need.need),
        "cover": amount(actor, need.cover),
        "gap": amount(actor, need.gap),
        "lines": [_line(actor, key, value) for key, value in lines],
        "others": [(words.word(words.METHODS, key), amount(actor, value)) for key, value in others],
        "change": change(actor, was, need.gap),
    }


def _line(actor: Actor, key: str, value: int) -> tuple[Any, str]:
    if key in words.COUNTS:
        return words.word(words.LINES, key), str(value)
    sign = "−" if key in words.TAKEN_OFF and value else ""
    return words.word(words.LINES, key), sign + amount(actor, value)


def change(actor: Actor, was: int | None, gap: int) -> dict[str, Any] | None:
    """Return what became of a gap since the result before: smaller is better."""
    if was is None or was == gap or not reads_money(actor):
        return None
    return {"text": amount(actor, abs(gap - was)), "rising": gap > was, "tone": "bad" if gap > was else "ok"}


def chart_of(actor: Actor, needs: Sequence[GapNeed]) -> dict[str, Any] | None:
    """Return cover and gap of each need as stacked bars; none for whoever may not read them."""
    if not reads_money(actor):
        return None
    return {
        "key": "gap",
        "title": _("Need, cover and gap"),
        "unit": _("ten thousand yuan"),
        "kind": "stacked",
        "label": _("Need"),
        "series": [{"name": _("Cover in place")}, {"name": pgettext("protection gap", "Gap")}],
        "rows": [
            {
                "label": words.word(words.KINDS, need.kind),
                "values": [_wan(min(need.cover, need.need)), _wan(need.gap)],
            }
            for need in needs
        ],
    }


def _wan(value: int) -> float:
    return round(value / WAN, 2)


def purchases_shown(actor: Actor, result: GapResult) -> list[dict[str, Any]]:
    """Return what the budget buys first, each with the address of a proposal filled in."""
    gaps = {need.kind: need.gap for need in result.needs.all()}
    return [
        {
            **row,
            "label": words.word(words.KINDS, row["kind"]),
            "word": words.word(words.STATES, row["state"]),
            "tone": {"WHOLE": "ok", "PART": "warn"}.get(row["state"], "off"),
            "sum": amount(actor, row.get("sum_insured")),
            "premium": amount(actor, row.get("yearly")),
            "url": proposal_url(result, row, gaps.get(row["kind"], 0)),
        }
        for row in result.purchases
    ]


def proposal_url(result: GapResult, row: dict[str, Any], gap: int) -> str:
    """Return the form of a proposal for a gap: product, customer (who is insured) and sum are filled in."""
    wanted = {"customer": result.customer_id, "sum": row.get("sum_insured") or gap}
    if row.get("product_id"):
        wanted["product"] = row["product_id"]
    else:
        wanted["kind"] = PRODUCT_KINDS.get(row["kind"], "")
    return f"{reverse('policies:proposal-create')}?{urlencode(wanted)}"


def household_shown(actor: Actor, family: Family | None) -> list[dict[str, Any]]:
    """Return what each member of the household in reach is insured for; none for somebody who lives alone."""
    if family is None or len(family.members) < 2:
        return []
    covers = cover_of([member.customer_id for member in family.members])
    return [
        {
            "id": member.customer_id,
            "name": customer_name(actor, member.customer),
            "role": label_of(HOUSEHOLD_ROLES, member.role),
            "cells": [amount(actor, covers[member.customer_id].get(kind)) for kind in KINDS[:5]],
        }
        for member in family.members
    ]


def household_heads() -> list[Any]:
    """Return the heads of the household's table."""
    return [words.KINDS[kind] for kind in KINDS[:5]]


def assumptions_shown(stored: dict[str, int]) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Return the assumptions behind a result by group."""
    return [
        (label, [(words.ASSUMPTIONS[key], assumption_shown(key, stored[key])) for key in keys if key in stored])
        for _key, label, keys in ASSUMED_GROUPS
    ]
