"""Benefits that stand open again because what closed them was taken back (POL-5, POL-6)."""

from collections.abc import Iterable
from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.policies.models import BenefitDue, BenefitEvent, Policy
from keyuan.policies.rules.benefits.schedule import next_prompt
from keyuan.policies.selectors.benefits.payouts import REOPEN

State = BenefitDue.State


def reopen_void(policy: Policy, since: datetime, *, actor: Actor, now: datetime) -> None:
    """Let benefits fall due again that an end of the contract voided from ``since`` on, now that the end is undone."""
    gone = BenefitEvent.objects.filter(benefit__policy=policy, act="VOID", at__gte=since)
    rows = list(BenefitDue.objects.select_for_update(of=("self",)).filter(
        pk__in=gone.values("benefit_id"), state=State.VOID
    ))  # fmt: skip
    for row in rows:
        row.state, row.updated_at, row.version = State.OPEN, now, row.version + 1
        row.next_prompt_on = next_prompt(row.kind, row.due_on, row.last_prompt_on)
    BenefitDue.objects.bulk_update(rows, ["state", "updated_at", "version", "next_prompt_on"])
    _note(rows, {row.pk: str(State.VOID) for row in rows}, actor, now)


def note_reopened(benefit_ids: Iterable[int], before: dict[int, str], *, actor: Actor, now: datetime) -> None:
    """Finish benefits whose columns were put back: the claim's account goes, the next payment is one of its own."""
    rows = list(BenefitDue.objects.filter(pk__in=benefit_ids, state=State.OPEN))
    BenefitDue.objects.filter(pk__in=[row.pk for row in rows]).update(account=None, account_index=None)
    _note(rows, before, actor, now)


def _note(rows: list[BenefitDue], before: dict[int, str], actor: Actor, now: datetime) -> None:
    BenefitEvent.objects.bulk_create(
        BenefitEvent(
            benefit=row, act=REOPEN, from_state=before.get(row.pk, ""), to_state=State.OPEN, at=now, actor_id=actor.id,
            actor_name=actor.name[:40],
        )
        for row in rows
    )  # fmt: skip
