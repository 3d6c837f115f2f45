"""People and a unit tree for every context's tests: personas, never random users."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from keyuan.kernel.actor import Actor, Reach, system_actor
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Licence, Post, Role, Unit, User
from keyuan.organisation.selectors.actors import actor_of
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.services.provision import create_default_role, create_post, create_unit, create_user
from keyuan.platform import clock

#: Made rows carry these dates whatever the clock says.
SINCE = date(2020, 1, 1)
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
PASSWORD = "Keyuan-2026"  # noqa: S105 - of people that exist in tests only
SET_UP = system_actor("set-up")
_counter: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Tree:
    """Head office, two branches, and below the eastern one everything down to two teams."""

    head: Unit
    east: Unit
    west: Unit
    east_city: Unit
    east_county: Unit
    section: Unit
    team_a: Unit
    team_b: Unit


def unit_below(parent: Unit | None, code: str, name: str, **more: Any) -> Unit:
    """Add a unit."""
    return create_unit(actor=SET_UP, code=code, name=name, parent=parent, **more)


def small_tree() -> Tree:
    """Return the tree of the tests, made on first use in a test."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith="T-")}
    if not units:
        units["T-0"] = unit_below(None, "T-0", "总公司")
        for code, name, parent in (
            ("T-1", "浙江分公司", "T-0"),
            ("T-2", "四川分公司", "T-0"),
            ("T-11", "杭州支公司", "T-1"),
            ("T-12", "德清支公司", "T-1"),
            ("T-111", "西湖营业部", "T-11"),
            ("T-1111", "一团队", "T-111"),
            ("T-1112", "二团队", "T-111"),
        ):
            units[code] = unit_below(units[parent], code, name)
    codes = ("T-0", "T-1", "T-2", "T-11", "T-12", "T-111", "T-1111", "T-1112")
    return Tree(*(units[code] for code in codes))


def default_role(code: str) -> Role:
    """Return the default role ``code``, made on first use in a test."""
    return Role.objects.filter(code=code).first() or create_default_role(actor=SET_UP, code=code)


def make_user(name: str = "林晓岚", *, staff_no: str = "", password: str | None = None, **more: Any) -> User:
    """Add a person with nothing to do first; without ``password`` they sign in by `signed_in_client` only."""
    _counter["user"] += 1
    number = staff_no or f"T{_counter['user']:05}"
    more.setdefault("must_change_password", False)
    return create_user(actor=SET_UP, staff_no=number, name=name, password=password, now=NOW, **more)


def make_agent(unit: Unit | None = None, name: str = "林晓岚", *, user: User | None = None, **more: Any) -> Agent:
    """Add a licensed salesperson of ``unit`` (team A by default).

    ``servicing_agent_id`` is the agent, as the table promises.
    """
    _counter["agent"] += 1
    place = unit or small_tree().team_a
    levels = {column: getattr(place, column) for column in LEVEL_COLUMNS}
    number = more.pop("agent_no", f"TA{_counter['agent']:06}")
    agent = Agent.objects.create(agent_no=number, name=name, unit=place, user=user, **levels, **more)
    Licence.objects.create(agent=agent, licence_no=f"T-{agent.pk}", valid_from=SINCE)
    Agent.objects.filter(pk=agent.pk).update(servicing_agent_id=agent.pk)
    agent.servicing_agent_id = agent.pk
    return agent


def make_post(
    role: str = "agent",
    *,
    unit: Unit | None = None,
    user: User | None = None,
    agent: Agent | None = None,
    reach: Reach | None = None,
    **more: Any,
) -> Post:
    """Appoint a person to a default role; a post over one's own rows gets an agent where none is given."""
    place = unit or small_tree().team_a
    person = user or make_user()
    wanted = reach or DEFAULT_ROLES[role].reach
    if wanted is Reach.SELF and agent is None:
        agent = make_agent(place, person.name, user=person)
    more.setdefault("valid_from", SINCE)
    return create_post(
        actor=SET_UP, user=person, role=default_role(role), unit=place, agent=agent, reach=wanted, **more
    )


def make_actor(role: str = "agent", **more: Any) -> Actor:
    """Return a person in a post, as views receive it; arguments as for `make_post`."""
    return actor_of(fresh(make_post(role, **more)))


def fresh(post: Post) -> Post:
    """Return ``post`` read with person, role and unit."""
    return Post.objects.select_related("user", "role", "unit").get(pk=post.pk)


def signed_in_client(client: Client, user: User, post: Post | None = None) -> Client:
    """Sign ``user`` in without a password, acting in ``post`` (the primary one by default)."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["confirmed"] = int(clock.wall().timestamp())
    if post is not None:
        session["post"] = post.pk
    session.save()
    return client


def client_of(role: str = "agent", **more: Any) -> tuple[Client, Actor]:
    """Return a signed-in browser and its actor; arguments as for `make_post`."""
    post = fresh(make_post(role, **more))
    return signed_in_client(Client(), post.user, post), actor_of(post)


def hashed(password: str) -> str:
    """Return the stored form of ``password``."""
    return make_password(password)
