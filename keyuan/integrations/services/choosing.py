"""Whether a waiting delivery may be loaded: in order, complete, with a mapping for each part (PLT-14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keyuan.integrations.extensions import Connection
from keyuan.integrations.models import Connector, Delivery, DeliveryPart
from keyuan.integrations.rules.offers import Seen
from keyuan.integrations.selectors.deliveries import first_open_number, parts_of
from keyuan.integrations.services.planning import plan_part
from keyuan.kernel.errors import Refused

Stage = DeliveryPart.Stage


@dataclass(slots=True)
class Verdict:
    """What was found about a waiting delivery: ready without a reason; ``is_final`` means quarantine at once."""

    seen: dict[int, str]
    reason: Refused | None = None
    is_final: bool = False


def judge_order(connector: Connector, delivery: Delivery) -> Verdict:
    """Say whether its number lets a delivery be loaded now."""
    last, number = connector.last_sequence, delivery.sequence
    holds = connector.gap == Connector.Gap.HOLD and "delivery.gap" not in delivery.waived
    if last is None and number is not None and holds:
        # Nothing was loaded yet: the lowest number offered goes first.
        before = first_open_number(connector)
        last = before - 1 if before is not None and before < number else None
    if last is None or number is None or number == last + 1:
        return Verdict({})
    if number <= last and "delivery.old_sequence" not in delivery.waived:
        return Verdict({}, Refused("delivery.old_sequence", sequence=number, last=last), is_final=True)
    if number > last + 1 and holds:
        return Verdict({}, Refused("delivery.gap", expected=last + 1, sequence=number))
    return Verdict({})


def judge_parts(connector: Connector, delivery: Delivery, connection: Connection) -> Verdict:
    """Look at every part at the other side and say whether all of them are there; outside any transaction."""
    verdict = Verdict({})
    for part in parts_of(delivery):
        try:
            plan_part(connector, part)
            seen = connection.look(delivery.handle, part.name)
        except Refused as error:
            return Verdict(verdict.seen, error, is_final=True)
        verdict.seen[part.pk] = seen.stamp if seen else ""
        verdict.reason = verdict.reason or _incomplete(part, seen)
    return verdict


def _incomplete(part: DeliveryPart, seen: Seen | None) -> Refused | None:
    if seen is None:
        return Refused("delivery.file_missing", name=part.name)
    if part.size_claimed is not None and seen.size != part.size_claimed:
        return Refused("delivery.size", name=part.name, claimed=part.size_claimed, found=seen.size or 0)
    if part.sha256 and part.sha256 != part.sha256_claimed and part.seen == seen.stamp:
        return Refused("delivery.digest", name=part.name)
    return None


def patience_over(connector: Connector, delivery: Delivery, now: datetime) -> bool:
    """Tell whether an incomplete delivery has stood unchanged for too long."""
    return now - delivery.waiting_since >= timedelta(minutes=connector.patience_minutes)
