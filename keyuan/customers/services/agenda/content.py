"""A rule's content between draft, row and version."""

from dataclasses import asdict, fields
from typing import Any

from keyuan.customers.models import TaskRule
from keyuan.customers.rules.task_rules import RuleDraft

NAMES = tuple(entry.name for entry in fields(RuleDraft))


def content_of(draft: RuleDraft) -> dict[str, Any]:
    """Return what a row and a version hold of a draft."""
    return {**asdict(draft), "tiers": sorted(draft.tiers), "channels": sorted(draft.channels)}


def draft_of(rule: TaskRule) -> RuleDraft:
    """Return what a row says."""
    values = {name: getattr(rule, name) for name in NAMES}
    return RuleDraft(**{**values, "tiers": tuple(rule.tiers), "channels": tuple(rule.channels)})
