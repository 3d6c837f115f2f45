"""What is to be done next, from the facts of the book (CUS-13): one task for each cause, the gravest first."""

from dataclasses import dataclass, field

import numpy as np

from keyuan.setup.demo.archive_rows import Archive
from keyuan.setup.demo.class_rows import Work
from keyuan.setup.demo.days import FOREVER, NO_DAY, Ints, add_months, date_of, local_day, local_moment, years_of
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.policy_rows import Deals, nullable
from keyuan.setup.demo.service_rows import Claims
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE
from keyuan.setup.demo.summary_rows import Facts, awaiting, tiers_of
from keyuan.setup.demo.words.products import OFFERS

SHORT_NAMES = texts(offer.short for offer in OFFERS)
KINDS = texts(offer.kind.value for offer in OFFERS)
#: Last second of a day, when periods end (24:00).
DAY_END = 86_399
EVENING = 18 * 3600
DONE_SHARE = 0.06


@dataclass(slots=True)
class Tasks:
    """Tasks being gathered, column by column."""

    place: list[Ints] = field(default_factory=list)
    kind: list[Names] = field(default_factory=list)
    title: list[Names] = field(default_factory=list)
    reason: list[Names] = field(default_factory=list)
    stake: list[Ints] = field(default_factory=list)
    due: list[Ints] = field(default_factory=list)
    subject_kind: list[Names] = field(default_factory=list)
    subject: list[Ints] = field(default_factory=list)

    def add(
        self, kind: str, place: Ints, title: Names, reason: Names, due: Ints, stake: Ints | None = None,
        subject_kind: str = "", subject: Ints | None = None,
    ) -> None:  # fmt: skip
        """Add one task for each place (a customer's position)."""
        size = len(place)
        self.place.append(place)
        self.kind.append(texts([kind] * size))
        self.title.append(title)
        self.reason.append(reason)
        self.due.append(due)
        self.stake.append(np.zeros(size, dtype=np.int64) if stake is None else stake)
        self.subject_kind.append(texts([subject_kind] * size))
        self.subject.append(np.zeros(size, dtype=np.int64) if subject is None else subject)


def same(text: str, size: int) -> Names:
    """Return one text for ``size`` tasks."""
    return texts([text] * size)


def month_day_texts(days: Ints) -> Names:
    """Return days as they stand in a sentence: 11-24."""
    return texts(f"{date_of(day):%m-%d}" for day in days.tolist())


def write_tasks(out: Out, draws: Draws, deals: Deals, archive: Archive, facts: Facts, claims: Claims) -> Work:
    """Write open tasks of service people and units, and some that are done; return what is open by customer."""
    tasks = Tasks()
    _premium_tasks(tasks, draws, deals)
    _term_tasks(tasks, draws, deals)
    _birthday_tasks(tasks, deals, archive, facts)
    _orphan_tasks(tasks, deals, facts)
    _claim_tasks(tasks, deals, claims)
    return _put(out, draws, deals, tasks)


def _premium_tasks(tasks: Tasks, draws: Draws, deals: Deals) -> None:
    deal, now, today = deals.contracts, deals.standings, deals.today
    here = np.flatnonzero(now.in_grace & (now.next_due + 60 - today <= 30))
    until = now.next_due[here] + 60
    number = now.paid[here] + 1
    title = texts(
        f"{name}第 {count} 期未交" for name, count in zip(SHORT_NAMES[deal.offer[here]], number.tolist(), strict=True)
    )
    reason = "宽限期至 " + month_day_texts(until) + "，届满后效力中止，复效须重新健康告知"
    stake = deal.premium[here] - now.part_paid[here]
    tasks.add("GRACE", deal.holder[here], title, reason, local_moment(until, DAY_END), stake, "policy", deals.ids[here])
    here = np.flatnonzero(now.in_cooling_off & (draws.chance(0.45, deal.count) | (deals.lines.story[deal.line] >= 0)))
    until = deal.cooling_until[here]
    title = same("新契约回访未成功", len(here))
    reason = SHORT_NAMES[deal.offer[here]] + "，须在犹豫期内完成，" + month_day_texts(until) + " 届满"
    tasks.add(
        "CALLBACK",
        deal.holder[here],
        title,
        reason,
        local_moment(until, 70_200),
        deal.premium[here],
        "policy",
        deals.ids[here],
    )


def _term_tasks(tasks: Tasks, draws: Draws, deals: Deals) -> None:
    deal, now, today = deals.contracts, deals.standings, deals.today
    in_force = now.status == IS_IN_FORCE
    last = np.append(deal.line[1:] != deal.line[:-1], True) if deal.count else in_force
    soon = (deal.expires >= today) & (deal.expires <= today + 30)
    short = np.array([not offer.long for offer in OFFERS])[deal.offer]
    here = np.flatnonzero(in_force & last & soon & short & draws.chance(0.7, deal.count))
    title = SHORT_NAMES[deal.offer[here]] + "将到期，安排续保"
    reason = month_day_texts(deal.expires[here]) + " 24:00 期满，逾期保障中断"
    tasks.add(
        "RENEWAL",
        deal.holder[here],
        title,
        reason,
        local_moment(deal.expires[here], DAY_END),
        deal.annual[here],
        "policy",
        deals.ids[here],
    )
    ending = (KINDS[deal.offer] == "ENDOWMENT") & in_force & (deal.expires >= today) & (deal.expires <= today + 45)
    here = np.flatnonzero(ending)
    title = same("满期金未登记领取账户", len(here))
    reason = SHORT_NAMES[deal.offer[here]] + " " + month_day_texts(deal.expires[here]) + " 满期，请确认领取方式"
    tasks.add(
        "MATURITY",
        deal.holder[here],
        title,
        reason,
        local_moment(deal.expires[here], EVENING),
        deal.insured_sum[here],
        "policy",
        deals.ids[here],
    )


def _birthday_tasks(tasks: Tasks, deals: Deals, archive: Archive, facts: Facts) -> None:
    roll, today = deals.roll, deals.today
    valued = np.isin(tiers_of(facts).astype(str), ("GOLD", "PLATINUM", "DIAMOND")) & (roll.agent >= 0)
    place = np.flatnonzero(valued & roll.is_person & (archive.birth != NO_DAY))
    birth = archive.birth[place]
    years = years_of(np.full(len(place), today)) - years_of(birth)
    day = add_months(birth, 12 * years)
    age = np.where(day < today, years + 1, years)
    day = np.where(day < today, add_months(birth, 12 * age), day)
    near = day <= today + 7
    place, day, age = place[near], day[near], age[near]
    reason = texts(
        f"{on} 满 {years} 岁，请检视家庭保障" for on, years in zip(month_day_texts(day), age.tolist(), strict=True)
    )
    tasks.add("BIRTHDAY", place, same("生日前保障检视", len(place)), reason, local_moment(day, EVENING))


def _orphan_tasks(tasks: Tasks, deals: Deals, facts: Facts) -> None:
    """Within 30 days after the exit the customer is told who serves them now (销售办法 36)."""
    roll = deals.roll
    left = np.where(roll.former >= 0, deals.force.agent_left[np.maximum(roll.former, 0)], NO_DAY)
    drawn = np.arange(roll.count) >= deals.people.told
    place = np.flatnonzero(drawn & (roll.agent < 0) & (left > deals.today - 60) & (facts.in_force > 0))
    reason = "原服务人员 " + month_day_texts(left[place]) + " 离职，30 日内须告知客户"
    tasks.add(
        "ORPHAN",
        place,
        same("孤儿单待接收", len(place)),
        reason,
        local_moment(left[place] + 30, EVENING),
        facts.premium[place],
    )


def _claim_tasks(tasks: Tasks, deals: Deals, claims: Claims) -> None:
    here = np.flatnonzero(awaiting(claims) & (claims.reported > deals.today - 45))
    policy = claims.place[here]
    title = same("理赔缺出院小结", len(here))
    waited = deals.today - claims.reported[here]
    reason = texts(f"已等待客户 {days} 天，补齐后 2 个工作日内核赔" for days in waited.tolist())
    due = local_moment(np.maximum(claims.reported[here] + 14, deals.today + 1), EVENING)
    tasks.add("CLAIM_DOC", deals.contracts.insured[policy], title, reason, due, None, "claim", claims.ids[here])


def _put(out: Out, draws: Draws, deals: Deals, tasks: Tasks) -> Work:
    place = np.concatenate(tasks.place)
    size = len(place)
    agent = deals.roll.agent[place]
    subject = np.concatenate(tasks.subject)
    created = deals.today - draws.between(1, 6, size)
    done = draws.chance(DONE_SHARE, size) & (place >= deals.people.told)
    never = np.int64(NO_DAY) * 86_400
    out.write(
        "customers.Task",
        {
            "customer_id": deals.roll.ids[place],
            "kind": np.concatenate(tasks.kind),
            "title": np.concatenate(tasks.title),
            "reason": np.concatenate(tasks.reason),
            "stake": np.concatenate(tasks.stake),
            "due_at": np.concatenate(tasks.due),
            "status": np.where(done, "DONE", "OPEN"),
            "agent_id": nullable(agent + 1, agent < 0),
            "unit_id": deals.force.paths[deals.roll.team[place], 4],
            "subject_kind": np.concatenate(tasks.subject_kind),
            "subject_id": nullable(subject, subject == 0),
            "outcome": np.where(done, "已联系", ""),
            "created_at": local_moment(created, 8 * 3600),
            "closed_at": np.where(done, local_moment(np.full(size, deals.today - 1), 60_000), never),
        },
    )
    nobody = np.zeros(deals.roll.count, dtype=np.int64)
    work = Work(nobody, nobody + FOREVER)
    work.count(place[~done], np.concatenate(tasks.kind)[~done], local_day(np.concatenate(tasks.due)[~done]))
    return work
