"""The contact rules as values: caps, quiet hours, rest days, conflicts, terms (MKT-9; domain.md D.1)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from typing import Any

from keyuan.contact.rules.purposes import CARE, CHANNELS, SALES, SERVICE

#: Kinds of contact that rules limit; service is limited to hours of calls alone.
LIMITED = (SALES, CARE)
#: Kinds of contact that have quiet hours.
QUIET_KINDS = (SALES, CARE, SERVICE)
#: Both kinds together.
ANY = "ANY"
CUSTOMER, NUMBER = "CUSTOMER", "NUMBER"
#: Why a customer is left in peace.
CLAIM, COMPLAINT, BEREAVED, OTHER = "CLAIM", "COMPLAINT", "BEREAVED", "OTHER"
HOLDS = (CLAIM, COMPLAINT, BEREAVED, OTHER)
#: The law's least term of a refusal of calls, in months (保监发〔2013〕40号).
LEAST_DNC_MONTHS = 6
#: The law's quiet hours of selling; the rules may widen them, never narrow.
LAW_QUIET = (time(21), time(9))
SERVING, MAIN_CHANNEL = "SERVING", "MAIN_CHANNEL"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``most`` contacts of a kind within ``days``; of one customer, or of one phone number whoever owns it."""

    kind: str
    channel: str
    most: int
    days: int
    per: str = CUSTOMER

    def covers(self, kind: str, channel: str) -> bool:
        """Tell whether a contact counts against this cap."""
        return self.kind in (kind, ANY) and self.channel in ("", channel)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody is contacted, of every day or of some weekdays (0 is Monday), in one unit or everywhere."""

    kind: str
    starts: time
    ends: time
    weekdays: tuple[int, ...] = ()
    channel: str = ""
    unit_id: int | None = None


def quiet_channel(kind: str) -> str:
    """Return the channel that the quiet hours of a kind hold for; empty for all of them.

    Serving the contract is quiet for calls alone: a notice that the law demands goes out at any hour, it wakes nobody.
    """
    return "PHONE" if kind == SERVICE else ""


def is_general(quiet: Quiet) -> bool:
    """Tell whether quiet hours are those of every day and the whole company."""
    return quiet.unit_id is None and not quiet.weekdays and quiet.channel == quiet_channel(quiet.kind)


@dataclass(frozen=True, slots=True)
class Rest:
    """Days of peace after a hold has ended; while it lasts, contacts of the kind are refused."""

    hold: str
    kind: str
    days: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a permit is judged by that people may edit."""

    caps: tuple[Cap, ...]
    quiet: tuple[Quiet, ...]
    rests: tuple[Rest, ...]
    conflict_days: int = 7
    first_rank: str = SERVING
    permit_hours: int = 24
    dnc_months: int = LEAST_DNC_MONTHS
    reservation_days: int = 90
    consent_months: int = 0

    @property
    def longest_days(self) -> int:
        """How far back permits have to be read."""
        return max([self.conflict_days, *(cap.days for cap in self.caps)])

    @property
    def headline(self) -> Cap | None:
        """The cap over everything that the head of a customer's page shows: the widest one of all channels."""
        wide = [cap for cap in self.caps if cap.kind == ANY and not cap.channel]
        return max(wide, key=lambda cap: cap.days, default=None)


#: (GK) Hours in which nobody is called about the contract either.
SERVICE_QUIET = Quiet(SERVICE, time(21), time(8), channel=quiet_channel(SERVICE))
DEFAULT_RULES = Rules(
    caps=(
        Cap(SALES, "PHONE", 3, 7, NUMBER),
        Cap(SALES, "SMS", 2, 7),
        Cap(SALES, "WECHAT", 3, 7),
        Cap(SALES, "EMAIL", 2, 7),
        Cap(SALES, "VISIT", 1, 7),
        Cap(CARE, "PHONE", 2, 30),
        Cap(CARE, "SMS", 3, 30),
        Cap(ANY, "", 6, 30),
    ),
    quiet=(Quiet(SALES, *LAW_QUIET), Quiet(CARE, time(21), time(8)), SERVICE_QUIET),
    rests=(
        Rest(CLAIM, SALES, 14), Rest(CLAIM, CARE, 7),
        Rest(COMPLAINT, SALES, 30), Rest(COMPLAINT, CARE, 15),
        Rest(BEREAVED, SALES, 90), Rest(BEREAVED, CARE, 180),
        Rest(OTHER, SALES, 0),
    ),
)  # fmt: skip


def to_json(rules: Rules) -> dict[str, Any]:
    """Return the rules as they are kept."""
    return {key: _plain(value) for key, value in asdict(rules).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(data: Mapping[str, Any]) -> Rules:
    """Return the rules kept as ``data``; what a newer version added takes its default."""
    known = {field.name for field in fields(Rules)} - {"caps", "quiet", "rests"}
    quiet = tuple(_quiet(row) for row in data["quiet"])
    if not any(one.kind == SERVICE and is_general(one) for one in quiet):
        quiet += (SERVICE_QUIET,)
    return replace(
        DEFAULT_RULES,
        caps=tuple(Cap(**row) for row in data["caps"]),
        quiet=quiet,
        rests=tuple(Rest(**row) for row in data["rests"]),
        **{key: data[key] for key in known if key in data},
    )


def _quiet(row: Mapping[str, Any]) -> Quiet:
    times = {key: time.fromisoformat(row[key]) for key in ("starts", "ends")}
    return Quiet(**{**row, **times, "weekdays": tuple(row.get("weekdays") or ())})


def problems(rules: Rules) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what is wrong with the rules as (field, code, params); empty when nothing is."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    if rules.dnc_months < LEAST_DNC_MONTHS:
        found.append(("dnc_months", "rules.dnc_too_short", {"months": LEAST_DNC_MONTHS}))
    if not 1 <= rules.permit_hours <= 24 * 31:
        found.append(("permit_hours", "rules.permit_hours", {}))
    if not 1 <= rules.reservation_days <= 366:
        found.append(("reservation_days", "rules.reservation_days", {}))
    if not 0 <= rules.conflict_days <= 366:
        found.append(("conflict_days", "rules.conflict_days", {}))
    if not any(_keeps_law(quiet) for quiet in rules.quiet):
        found.append(("quiet_SALES", "rules.quiet_too_short", {}))
    found += [
        (f"cap_{cap.kind}_{cap.channel or 'ALL'}", "rules.cap", {})
        for cap in rules.caps
        if not (0 <= cap.most <= 999 and 1 <= cap.days <= 366 and cap.channel in ("", *CHANNELS))
    ]
    return found


def _keeps_law(quiet: Quiet) -> bool:
    """Tell whether these are quiet hours of all selling that hold at least those of the law."""
    everywhere = quiet.kind == SALES and not quiet.channel and not quiet.weekdays and quiet.unit_id is None
    evening, morning = LAW_QUIET
    return everywhere and quiet.starts <= evening and quiet.starts > quiet.ends >= morning
