"""What the system suggests to begin with: labels and the rules that set them, and segments (ANA-3, ANA-5).

They are data that a person takes over and changes afterwards; nothing here judges a customer by itself. Limits are
defaults to be set by the insurer (GK). Amounts in minor units of CNY.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyuan.analytics.rules.labels.conditions import condition, group, holds, row

RISK, VALUE, NEED = "RISK", "VALUE", "NEED"
MARRIED = "20"
HEALTH = ("CRITICAL_ILLNESS", "MEDICAL")
YUAN = 100


@dataclass(frozen=True, slots=True)
class Starter:
    """A suggested segment; with a ``family`` also the label that follows it, for ``days`` each time it is set.

    ``confidence_bp``: how sure the label is, in basis points: what models reckon is less sure than facts.
    """

    code: str
    condition: Mapping[str, Any]
    family: str = ""
    days: int | None = None
    confidence_bp: int = 10_000


LABELS = (
    Starter(
        "RISK_LAPSE",
        condition(
            group(
                "or",
                row("state", "in", ["GRACE"]),
                group("and", row("state", "in", ["SUSPENDED"]), row("lapsed_on", "last_days", 365)),
            )
        ),
        RISK,
        60,
    ),
    Starter(
        "RISK_SILENT",
        condition(
            row("is_policyholder", "yes"),
            row("last_contact_on", "older_days", 365),
            row("annual_premium", "ge", 5_000 * YUAN),
        ),
        RISK,
        90,
    ),
    Starter("RISK_FADING", condition(row("value_group", "in", ["AT_RISK"])), RISK, 60, 8_000),
    Starter("VALUE_TOP", condition(row("value_tier", "in", ["TOP", "HIGH"])), VALUE, 90, 8_000),
    Starter("VALUE_MULTI", condition(row("policies_in_force", "ge", 3)), VALUE),
    Starter("VALUE_GROWING", condition(row("value_group", "in", ["POTENTIAL"])), VALUE, 90, 7_000),
    Starter(
        "NEED_HEALTH",
        condition(row("is_policyholder", "yes"), row("age", "between", [25, 55]), holds(*HEALTH, how="none")),
        NEED,
        180,
    ),
    Starter(
        "NEED_FAMILY",
        condition(
            row("marriage", "in", [MARRIED]), row("age", "between", [25, 55]), holds("LIFE", "ENDOWMENT", how="none")
        ),
        NEED,
        180,
        7_000,
    ),
    Starter(
        "NEED_PENSION",
        condition(row("is_policyholder", "yes"), row("age", "between", [40, 60]), holds("ANNUITY", how="none")),
        NEED,
        365,
        7_000,
    ),
)
SEGMENTS = (
    Starter(
        "WEALTHY",
        condition(
            row("age", "between", [35, 70]),
            group(
                "or",
                row("tier", "in", ["DIAMOND", "PLATINUM"]),
                row("annual_premium", "ge", 50_000 * YUAN),
                row("value_tier", "in", ["TOP"]),
            ),
        ),
    ),
    Starter(
        "UNCOVERED",
        condition(row("kind", "in", ["P"]), row("age", "between", [20, 60]), row("policies_in_force", "le", 0)),
    ),
    Starter(
        "PARTLY_COVERED",
        condition(
            row("age", "between", [20, 60]),
            row("policies_in_force", "between", [1, 2]),
            row("annual_premium", "le", 5_000 * YUAN),
            holds(*HEALTH, how="none"),
        ),
    ),
    Starter(
        "MIDDLE_CLASS",
        condition(
            row("age", "between", [30, 55]),
            row("annual_premium", "between", [5_000 * YUAN, 50_000 * YUAN]),
            row("marriage", "in", [MARRIED]),
        ),
    ),
)
ALL = {one.code: one for one in (*LABELS, *SEGMENTS)}
