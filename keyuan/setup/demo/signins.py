"""People who can sign in to the demo book: one for every role of the product description, one with two posts."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.codes import SalesChannel
from keyuan.organisation.services.provision import create_post, create_user, ensure_default_roles
from keyuan.setup.demo.ground_rows import HOME_AGENT_NO, agent_numbers
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.tree import HOME_TEAM, LEFT, TELESALES, Force, force_of, is_team_of

#: Where a post stands, seen from the demo person's team; the last is the first telesales team.
HEAD, BRANCH, SUB_BRANCH, SECTION, TEAM = range(5)
CALLING_TEAM, NEXT_SUB_BRANCH = 5, 6
LETTERS, FIGURES = "abcdefghjkmnpqrstuvwxyz", "23456789"


@dataclass(frozen=True, slots=True)
class Seat:
    """One post of a demo person."""

    role: str
    place: int
    reach: Reach | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One demo person; the first seat is the primary post."""

    staff_no: str
    name: str
    label: str
    seats: tuple[Seat, ...]


PEOPLE = (
    Person(HOME_AGENT_NO, "林晓岚", "业务员", (Seat("agent", TEAM),)),
    Person("10001", "郑立强", "管理层", (Seat("management", HEAD),)),
    Person("10002", "吴思源", "系统管理员", (Seat("administrator", HEAD),)),
    Person("10003", "何清", "合规", (Seat("compliance", HEAD),)),
    Person("10004", "秦正", "审计", (Seat("auditor", HEAD),)),
    Person("10005", "梁博文", "数据分析员", (Seat("analyst", HEAD),)),
    Person("10006", "蒋雪梅", "客户资源管理岗", (Seat("customer_resource_manager", BRANCH),)),
    Person("10007", "方悦", "营销策划", (Seat("marketing_planner", BRANCH),)),
    Person(
        "10008", "顾海峰", "中介经代管理", (Seat("intermediary_manager", HEAD, Reach.CHANNEL, SalesChannel.BROKERAGE),)
    ),
    Person("10009", "许建平", "客服主任", (Seat("contact_centre_director", HEAD),)),
    Person("10010", "杜晓峰", "班长", (Seat("shift_leader", BRANCH),)),
    Person("10011", "沈佳怡", "座席", (Seat("contact_centre", BRANCH),)),
    Person("10018", "温雅", "投诉处理岗", (Seat("complaint_handler", HEAD),)),
    Person("10012", "冯静", "质检员", (Seat("quality_inspector", BRANCH),)),
    Person("10013", "罗文斌", "保全员", (Seat("policy_clerk", SUB_BRANCH),)),
    Person("10019", "叶知秋", "核保员", (Seat("underwriter", BRANCH),)),
    Person("10014", "邓丽华", "理赔员", (Seat("claims_handler", BRANCH),)),
    Person("10015", "袁梦", "电销专员", (Seat("telesales", CALLING_TEAM),)),
    Person("10016", "潘婷", "外包坐席", (Seat("outsourced_caller", CALLING_TEAM),)),
    Person(
        "10017",
        "周敏",
        "客户资源管理岗，兼保全员",
        (Seat("customer_resource_manager", SUB_BRANCH), Seat("policy_clerk", NEXT_SUB_BRANCH)),
    ),
)
#: Customers on the outsourced list, and days that the leave to see them lasts.
CALLED, GRANTED = 40, 60
ACTOR = system_actor("keyuan demo")


def demo_password(path: Path) -> str:
    """Return the password of this installation's demo people: the one in ``path``, else a fresh one."""
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("Keyuan-"):
                return line.strip()
    word = "".join(secrets.choice(LETTERS) for _ in range(5)) + "".join(secrets.choice(FIGURES) for _ in range(3))
    return f"Keyuan-{word}"


def sign_in_text(password: str, heading: str, password_heading: str) -> str:
    """Return the list of sign-ins as it is printed and kept."""
    lines = [heading]
    lines += [f"  {person.staff_no}  {person.name:<4}  {person.label}" for person in PEOPLE]
    return "\n".join([*lines, password_heading, password, ""])


def places_of(force: Force) -> dict[int, int]:
    """Return the id of the unit of every place."""
    path = force.paths[HOME_TEAM].tolist()
    calling = int(is_team_of(force, TELESALES).nonzero()[0][0])
    others = sorted({int(row[SUB_BRANCH]) for row in force.paths if row[BRANCH] == path[BRANCH]} - {path[SUB_BRANCH]})
    return {**dict(enumerate(path)), CALLING_TEAM: int(force.paths[calling, TEAM]), NEXT_SUB_BRANCH: others[0]}


def seat_people(book: Book, password: str, now: datetime) -> None:
    """Make the demo people with their posts, through the services that pages use."""
    force = force_of(book)
    roles = ensure_default_roles(actor=ACTOR)
    units = _in_bulk("organisation.Unit", places_of(force).values())
    agents = _agents(force)
    for person in PEOPLE:
        with transaction.atomic():
            user = create_user(
                actor=ACTOR,
                staff_no=person.staff_no,
                name=person.name,
                password=password,
                joined_on=_years_before(book.as_of, 4),
                must_change_password=False,
                now=now,
            )
            for index, seat in enumerate(person.seats):
                create_post(
                    actor=ACTOR,
                    user=user,
                    role=roles[seat.role],
                    unit=units[places_of(force)[seat.place]],
                    valid_from=_years_before(book.as_of, 3),
                    reach=seat.reach,
                    sales_channel=seat.channel,
                    agent=agents.get(person.staff_no),
                    is_primary=index == 0,
                )
        if person.staff_no in agents:
            _link_agent(agents[person.staff_no], user, person.name)


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, 1, 1)


def _in_bulk(label: str, ids: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = apps.get_model(label)._default_manager.in_bulk(list(ids))
    return found


def _agents(force: Force) -> dict[str, Any]:
    """Return the agent records of those who serve customers of their own, by staff number."""
    teams = is_team_of(force, TELESALES).nonzero()[0]
    calling = next(
        place
        for place in range(int(force.first_agent[teams[0]]), len(force.agent_team))
        if force.agent_status[place] != LEFT
    )
    numbers = agent_numbers(force)
    wanted = {HOME_AGENT_NO: numbers[force.home_agent], "10015": numbers[calling]}
    rows = apps.get_model("organisation.Agent")._default_manager.filter(agent_no__in=wanted.values())
    by_number = {row.agent_no: row for row in rows}
    return {staff_no: by_number[number] for staff_no, number in wanted.items()}


def _link_agent(agent: Any, user: Any, name: str) -> None:
    """Let the agent record, and the talks that its bearer had, be the person's own."""
    talks = apps.get_model("customers.Interaction")._default_manager.filter(servicing_agent_id=agent.pk)
    talks.filter(staff_name=agent.name).update(staff_id=user.pk, staff_name=name)
    agent.user, agent.name, agent.name_pinyin = user, name, user.name_pinyin
    agent.save(update_fields=["user", "name", "name_pinyin"])


def grant_customers(book: Book, now: datetime) -> None:
    """Let posts see customers that are not theirs: orphans to receive, and the list of the outsourced caller."""
    posts = apps.get_model("organisation.Post")._default_manager
    tasks = apps.get_model("customers.Task")._default_manager
    force = force_of(book)
    orphans = tasks.filter(kind="ORPHAN", agent_id=force.home_agent + 1).values_list("customer_id", flat=True)
    calling = places_of(force)[CALLING_TEAM]
    listed = apps.get_model("customers.CustomerSummary")._default_manager.filter(team_id=calling, has_contact=True)
    lists = (
        (HOME_AGENT_NO, "RESOURCE_POOL", sorted(set(orphans))),
        ("10016", "OUTSOURCING", list(listed.order_by("pk").values_list("pk", flat=True)[:CALLED])),
    )
    grants = apps.get_model("customers.Grant")
    for staff_no, purpose, customers in lists:
        post = posts.get(user__staff_no=staff_no, is_primary=True)
        grants._default_manager.bulk_create(
            grants(customer_id=pk, post=post, purpose=purpose, until=now + timedelta(days=GRANTED), created_at=now)
            for pk in customers
        )
