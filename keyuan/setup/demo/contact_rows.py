"""Rows of contacting: consents, refusals, holds, and who asked to contact whom (PLT-8, MKT-9)."""

from dataclasses import dataclass

import numpy as np

from keyuan.setup.demo.days import NO_DAY, Bools, Ints, add_months, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.policy_rows import Deals, scope_columns
from keyuan.setup.demo.service_rows import PAID, Claims
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.stories import place_of
from keyuan.setup.demo.words.consents import CONSENT_TEXTS, REFUSALS, RESERVATIONS

TEXT_IDS = {purpose: number for number, (purpose, *_) in enumerate(CONSENT_TEXTS, 1)}
#: Purpose, channel, share of policyholders, share of the others.
CONSENTS = (
    ("MARKETING", "SMS", 0.40, 0.22), ("MARKETING", "PHONE", 0.30, 0.20), ("MARKETING", "WECHAT", 0.26, 0.14),
    ("PROFILING", "", 0.14, 0.06), ("HEALTH", "", 0.18, 0.0), ("FINANCE", "", 0.16, 0.0),
)  # fmt: skip
SHARE_REFUSED, SHARE_ASKED, SHARE_RESERVED = 0.012, 0.12, 0.001
MORNING, EVENING = 9 * 3600 + 300, 20 * 3600
NEVER = np.int64(NO_DAY) * 86_400
#: Days after which an ended claim no longer keeps anybody away.
HELD_FOR = 366
REASON_JSON = '[{{"code": "{code}", "until": null, "params": {params}}}]'
PARAMS = {
    "over_budget": '{"most": 3, "days": 7, "channel": "PHONE"}', "other_unit": '{"unit": null, "days": 7}',
    "open_claim": '{"hold": "CLAIM"}', "do_not_contact": '{"until": ""}',
}  # fmt: skip
#: Of customers told: channels of marketing agreed to, and refused.
TOLD = (
    ("zhou", ("SMS", "WECHAT"), ("PHONE",), 3), ("chen", ("SMS", "PHONE"), (), 3), ("he", ("SMS",), (), 1),
    ("tang", ("PHONE", "SMS", "WECHAT"), (), 0), ("xu", ("PHONE", "WECHAT"), (), 2),
)  # fmt: skip


@dataclass(slots=True)
class Said:
    """What every customer agreed to on the phone, and refused, by place."""

    by_phone: Bools
    refused: Bools


def write_consent_texts(out: Out, book: Book) -> None:
    """Write the wordings of consents, in force for three years."""
    since = book.today - 1100
    out.write(
        "contact.ConsentText",
        {
            "purpose": [purpose for purpose, *_ in CONSENT_TEXTS],
            "language": "zh-hans",
            "version": 1,
            "title": [title for _, title, _ in CONSENT_TEXTS],
            "body": [body for *_, body in CONSENT_TEXTS],
            "effective_on": np.full(len(CONSENT_TEXTS), since),
            "used_at": local_moment(np.full(len(CONSENT_TEXTS), since), MORNING),
            "staff_name": "何清",
            "created_at": local_moment(np.full(len(CONSENT_TEXTS), since), MORNING),
        },
    )


def write_contacting(
    out: Out, draws: Draws, deals: Deals, claims: Claims, buys: Bools, opened: Ints, *, tells: bool
) -> None:
    """Write consents, refusals, holds, reservations and the ledger of permits of a part; ``tells`` in the first."""
    told = np.array([place_of(name, deals.roll) for name, *_ in TOLD]) if tells else np.zeros(0, dtype=np.int64)
    drawn = np.ones(deals.roll.count, dtype=np.bool_)
    drawn[told] = False
    said = _write_consents(out, draws, deals, buys & drawn, opened, drawn)
    if tells:
        _write_told(out, deals, told)
    held = write_holds(out, deals, claims)
    _write_reservations(out, draws, deals, drawn)
    _write_permits(out, draws, deals, said, held, drawn)


def _write_consents(out: Out, draws: Draws, deals: Deals, buys: Bools, opened: Ints, drawn: Bools) -> Said:
    roll, today = deals.roll, deals.today
    phone = np.zeros(roll.count, dtype=np.bool_)
    for purpose, channel, holders, others in CONSENTS:
        gives = drawn & roll.is_person & draws.chance(np.where(buys, holders, others), roll.count)
        place = np.flatnonzero(gives)
        size = len(place)
        day = np.maximum(opened[place], today - draws.between(2, 900, size))
        day = np.minimum(day, today - 1)
        gone = draws.chance(0.05, size)
        ended = np.minimum(day + draws.between(20, 500, size), today)
        lasts = draws.chance(0.4, size)
        _put_consents(
            out, deals, place, purpose, channel, day, nullable_day(ended, gone), nullable_day(day + 1461, lasts)
        )
        if channel == "PHONE":
            phone[place[~gone & (~lasts | (day + 1461 >= today))]] = True
    return Said(phone, _write_refusals(out, draws, deals, drawn))


def nullable_day(days: Ints, there: Bools) -> Ints:
    """Return ``days`` where they are ``there``, else none."""
    return np.where(there, days, NO_DAY)


def _put_consents(
    out: Out, deals: Deals, place: Ints, purpose: str, channel: str, day: Ints, ended: Ints, expires: Ints
) -> None:
    source = texts(("SIGNED", "PHONE", "WECHAT", "PORTAL", "AGENT"))[(place * 7 + day) % 5]
    gone = ended != NO_DAY
    out.write(
        "contact.Consent",
        {
            "customer_id": deals.roll.ids[place],
            "purpose": purpose,
            "contact_channel": channel,
            "text_id": TEXT_IDS[purpose],
            "source": source,
            "evidence": texts(f"TY{number:08d}" for number in (deals.roll.ids[place] * 10 + len(purpose)).tolist()),
            "granted_at": local_moment(day, MORNING),
            "expires_on": expires,
            "revoked_at": local_moment(ended, EVENING),
            "revoke_source": np.where(gone, "PHONE", ""),
            "recorded_by": _staff(deals, place),
            "created_at": local_moment(day, MORNING),
        },
    )


def _staff(deals: Deals, place: Ints) -> Names:
    agent = deals.roll.agent[place]
    return np.where(agent >= 0, deals.force.agent_names[np.maximum(agent, 0)], "客服中心")


def _write_refusals(out: Out, draws: Draws, deals: Deals, drawn: Bools) -> Bools:
    roll, today = deals.roll, deals.today
    place = np.flatnonzero(drawn & draws.chance(SHARE_REFUSED, roll.count))
    size = len(place)
    day = today - draws.between(1, 420, size)
    _put_refusals(
        out, deals, place, texts(("PHONE", "PHONE", "SMS", ""))[draws.below(4, size)],
        texts(("SALES", "SALES", "PROMOTION", "ALL"))[draws.pick((70, 15, 12, 3), size)], day,
        texts(REFUSALS)[draws.below(len(REFUSALS), size)],
    )  # fmt: skip
    binding = np.zeros(roll.count, dtype=np.bool_)
    binding[place[add_months(day, 6) >= today]] = True
    return binding


def _put_refusals(out: Out, deals: Deals, place: Ints, channel: Names, scope: Names, day: Ints, words: Names) -> None:
    roll = deals.roll
    out.write(
        "contact.DoNotContact",
        {
            "customer_id": roll.ids[place],
            "contact_channel": channel,
            "scope": scope,
            "source": "PHONE",
            "words": words,
            "refused_at": local_moment(day, EVENING),
            "until": add_months(day, 6),
            "recorded_by": _staff(deals, place),
            "created_at": local_moment(day, EVENING),
            **scope_columns(deals.force, roll.team[place], roll.agent[place]),
        },
    )


def write_holds(out: Out, deals: Deals, claims: Claims) -> Bools:
    """Write whom claims keep from being sold to; return those whose claim is still open."""
    deal, today = deals.contracts, deals.today
    ended = claims.status >= PAID
    until = nullable_day(np.minimum(claims.reported + 25, today), ended)
    recent = ~ended | (until > today - HELD_FOR)
    here = np.flatnonzero(recent)
    insured = deal.insured[claims.place[here]]
    out.write(
        "contact.Hold",
        {
            "customer_id": deals.roll.ids[insured],
            "kind": "CLAIM",
            "source_kind": "claim",
            "source_id": claims.ids[here],
            "started_at": local_moment(claims.reported[here], 9 * 3600),
            "ended_at": local_moment(until[here], EVENING),
        },
    )
    held = np.zeros(deals.roll.count, dtype=np.bool_)
    held[insured[~ended[here]]] = True
    return held


def _write_reservations(out: Out, draws: Draws, deals: Deals, drawn: Bools) -> None:
    roll, today = deals.roll, deals.today
    place = np.flatnonzero(drawn & draws.chance(SHARE_RESERVED, roll.count))
    size = len(place)
    since = today - draws.between(0, 40, size)
    out.write(
        "contact.Reservation",
        {
            "customer_id": roll.ids[place],
            "unit_id": deals.force.paths[roll.team[place], 2],
            "holder_name": "客户资源中心",
            "reason": texts(RESERVATIONS)[draws.below(len(RESERVATIONS), size)],
            "starts_at": local_moment(since, MORNING),
            "until": local_moment(since + 60, 0),
            "staff_name": "蒋雪梅",
            **scope_columns(deals.force, roll.team[place], roll.agent[place]),
        },
    )


def _write_permits(out: Out, draws: Draws, deals: Deals, said: Said, held: Bools, drawn: Bools) -> None:
    """Write asks of the last 30 days: sold to where agreed, else greeted or served; some refused for what stands."""
    roll, today = deals.roll, deals.today
    people = np.flatnonzero(drawn & draws.chance(SHARE_ASKED, roll.count))
    place = np.repeat(people, draws.pick((50, 30, 14, 6), len(people)) + 1)
    size = len(place)
    day = today - draws.between(1, 29, size)
    sells = draws.chance(np.where(said.by_phone[place], 0.75, 0.25), size)
    serves = ~sells & draws.chance(0.5, size)
    free = said.by_phone[place] & ~said.refused[place] & ~held[place]
    chance = texts(("over_budget", "other_unit", "quiet_hours"))[draws.pick((60, 15, 25), size)]
    reason = np.where(
        sells & ~free,
        np.where(said.refused[place], "do_not_contact", np.where(held[place], "open_claim", "no_consent")),
        np.where(~serves & draws.chance(0.14, size), chance, ""),
    )
    _put_permits(
        out, deals, place, np.where(sells, "MARKETING", np.where(serves, "SERVICE", "CARE")),
        np.where(sells, "SALES", np.where(serves, "SERVICE", "CARE")), reason, day, draws.below(36_000, size),
        draws.chance(0.12, size),
    )  # fmt: skip
    _write_budgets(out, deals, people, place, reason, serves, day)


def _put_permits(
    out: Out,
    deals: Deals,
    place: Ints,
    purpose: Names,
    kind: Names,
    reason: Names,
    day: Ints,
    second: Ints,
    lapsed: Bools,
) -> None:
    roll = deals.roll
    refused = reason != ""
    moment = local_moment(day, MORNING + second)
    state = np.where(refused, "REFUSED", np.where(lapsed, "EXPIRED", "USED"))
    waits = np.isin(reason.astype(str), ("over_budget", "other_unit"))
    told = {code: REASON_JSON.format(code=code, params=PARAMS.get(code, "{}")) for code in set(reason.tolist()) if code}
    out.write(
        "contact.Permit",
        {
            "customer_id": roll.ids[place],
            "contact_channel": "PHONE",
            "purpose": purpose,
            "kind": kind,
            "state": state,
            "reason": reason,
            "reasons": texts(told.get(code, "[]") for code in reason.tolist()),
            "unit_id": deals.force.paths[roll.team[place], 4],
            "staff_name": _staff(deals, place),
            "at": moment,
            "asked_at": moment,
            "expires_at": np.where(refused, NEVER, local_moment(day, 21 * 3600)),
            "next_at": np.where(waits, local_moment(day + 7, MORNING), NEVER),
            "closed_at": np.where(refused, NEVER, moment + 600),
            **scope_columns(deals.force, roll.team[place], roll.agent[place]),
        },
    )


def _write_budgets(out: Out, deals: Deals, people: Ints, place: Ints, reason: Names, serves: Bools, day: Ints) -> None:
    """Write how much each customer was contacted, as the nightly count does."""
    roll = deals.roll
    refused = (reason != "") & ~serves
    granted = (reason == "") & ~serves
    counts = [np.bincount(place[rows], minlength=roll.count)[people] for rows in (granted, refused)]
    last = np.zeros(roll.count, dtype=np.int64)
    np.maximum.at(last, place, day)
    out.write(
        "contact.ContactBudget",
        {
            "customer_id": roll.ids[people],
            "granted": counts[0],
            "refused": counts[1],
            "last_at": local_moment(last[people], MORNING),
            **scope_columns(deals.force, roll.team[people], roll.agent[people]),
        },
    )


def _write_told(out: Out, deals: Deals, told: Ints) -> None:
    """Write what the heroes agreed to and refused, and how much of their budget is used."""
    today = deals.today
    for place, (_name, agreed, refused, used) in zip(told, TOLD, strict=True):
        one = np.array([place])
        for channel in agreed:
            day = np.array([today - 160])
            _put_consents(out, deals, one, "MARKETING", channel, day, np.array([NO_DAY]), np.array([today + 205]))
        for channel in refused:
            day = np.array([today - 96])
            _put_refusals(out, deals, one, texts([channel]), texts(["SALES"]), day, texts([REFUSALS[0]]))
        many = np.full(used, place)
        days = today - 1 - np.arange(used) * 2
        none = texts([""] * used)
        if used:
            purpose = "MARKETING" if "PHONE" in agreed else "CARE"
            kind = "SALES" if purpose == "MARKETING" else "CARE"
            second, lapsed = np.full(used, 7200), np.zeros(used, dtype=np.bool_)
            _put_permits(out, deals, many, texts([purpose] * used), texts([kind] * used), none, days, second, lapsed)
    out.write(
        "contact.ContactBudget",
        {
            "customer_id": deals.roll.ids[told],
            "granted": np.array([used for *_, used in TOLD]),
            "last_at": local_moment(np.full(len(told), today - 1), MORNING + 7200),
            **scope_columns(deals.force, deals.roll.team[told], deals.roll.agent[told]),
        },
    )
