"""The unit tree and the sales force, as columns that every part looks things up in."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from keyuan.kernel.codes import SalesChannel
from keyuan.kernel.identifiers.regions import current_counties, find_region, is_current, place_codes
from keyuan.setup.demo.days import NO_DAY, Bools, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, draw_given_names, draw_surnames, texts
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.words.places import HOME_COUNTY, PROVINCES

CHANNELS = (
    SalesChannel.INDIVIDUAL,
    SalesChannel.BANCASSURANCE,
    SalesChannel.GROUP,
    SalesChannel.TELESALES,
    SalesChannel.ONLINE,
    SalesChannel.BROKERAGE,
)
INDIVIDUAL, BANCASSURANCE, GROUP, TELESALES, ONLINE, BROKERAGE = range(6)
#: How customers came, by channel.
CHANNEL_SHARES = (0.60, 0.15, 0.04, 0.08, 0.07, 0.06)
#: The fourth section of a sub-branch differs from one sub-branch to the next.
FOURTH = (TELESALES, BROKERAGE, ONLINE, GROUP)
SECTION_WORDS = ("营业部", "银保业务部", "团险业务部", "电销中心", "网销服务部", "经代业务部")
TEAM_WORDS = ("部", "银保组", "团险组", "电销组", "网销组", "经代组")
NUMERALS = "一二三四五六七八九十"
#: The demo person's team and place in it: 浦东三部.
HOME_TEAM = 2
ACTIVE, LEFT, SUSPENDED = range(3)
STATUSES = texts(("ACTIVE", "LEFT", "SUSPENDED"))


def numeral(number: int) -> str:
    """Return 1–99 as in unit names: 一, 十二, 三十."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else NUMERALS[tens - 1]) + "十" if tens else ""
    return head + (NUMERALS[ones - 1] if ones else "")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; ``path`` holds the ids of its ancestors and itself, from the head office down."""

    id: int
    code: str
    name: str
    path: tuple[int, ...]
    channel: str
    region: str


@dataclass(frozen=True, slots=True)
class Force:
    """Teams and agents by position (ids are positions + 1 for agents, ``team_ids`` for teams)."""

    units: tuple[UnitRow, ...]
    #: Level columns of every team: head office, branch, sub-branch, section, team.
    paths: Ints
    team_channel: Ints
    team_region: Names
    team_weight: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    first_agent: Ints
    agent_team: Ints
    agent_names: Names
    agent_status: Ints
    agent_joined: Ints
    agent_left: Ints

    @property
    def home_agent(self) -> int:
        """The position of the demo person among the agents."""
        return int(self.first_agent[HOME_TEAM])

    @property
    def home_leaver(self) -> int:
        """The position of the demo person's colleague who has just left, whose customers are orphans."""
        return self.home_agent + 1

    def counties_of(self, team: int) -> tuple[str, ...]:
        """Return the counties in which customers of ``team`` live."""
        return counties_near(str(self.team_region[team]))


@lru_cache(maxsize=2000)
def counties_near(region: str) -> tuple[str, ...]:
    """Return the counties of the region's prefecture, or of its municipality."""
    prefix = region[:2] if region[:2] in {"11", "12", "31", "50"} else region[:4]
    return tuple(code for code in current_counties() if code.startswith(prefix)) or (region,)


@lru_cache(maxsize=40)
def prefectures(province: str) -> tuple[str, ...]:
    """Return the places where sub-branches open: districts of a municipality, else prefectures, then counties."""
    counties = tuple(code for code in current_counties() if code.startswith(province))
    known = {code for codes in place_codes().values() for code in codes}
    cities = tuple(sorted(code for code in known if code[:2] == province and code.endswith("00") and is_current(code)))
    cities = tuple(
        code for code in cities if code[2:4] < "90" and any(county.startswith(code[:4]) for county in counties)
    )
    if province == HOME_COUNTY[:2]:
        counties = (HOME_COUNTY, *(code for code in counties if code != HOME_COUNTY))
    return (*cities, *counties)


def place_name(region: str) -> str:
    """Return how a unit calls its place: 浦东, 南京, 昆山."""
    found = find_region(region)
    name = (found.county or found.city or found.province) if found else region
    for suffix in (
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "自治区",
        "省",
        "新区",
        "自治州",
        "地区",
        "市",
        "区",
        "县",
    ):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def _shared(total: int, weights: list[int], least: int) -> list[int]:
    """Divide ``total`` by weight, everyone at least ``least``."""
    whole = sum(weights)
    return [max(least, round(total * weight / whole)) for weight in weights]


class _Grower:
    """Grows the tree level by level, so that ids are in the order of levels."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.units: list[UnitRow] = []

    def add(self, code: str, name: str, parent: tuple[int, ...], channel: int | None, region: str) -> UnitRow:
        number = len(self.units) + 1
        word = "" if channel is None else CHANNELS[channel].value
        self.units.append(UnitRow(number, code, name, (*parent, number), word, region))
        return self.units[-1]

    def grow(self) -> list[tuple[UnitRow, int]]:
        """Add every unit; return the teams with their channels."""
        head = self.add("00", "云禾保险总公司", (), None, "")
        branches = [
            (self.add(code, place_name(code + "0000") + "分公司", head.path, None, code + "0000"), weight)
            for code, weight in PROVINCES[: self.book.branches]
        ]
        shares = _shared(self.book.sub_branches, [weight for _, weight in branches], 2)
        subs = []
        for (branch, _), count in zip(branches, shares, strict=True):
            places = prefectures(branch.code)
            for index in range(min(count, len(places))):
                region = places[index]
                code = f"{branch.code}{index + 1:03d}"
                subs.append(self.add(code, place_name(region) + "支公司", branch.path, None, region))
        return self._teams(self._sections(subs))

    def _sections(self, subs: list[UnitRow]) -> list[tuple[UnitRow, int]]:
        teams_each = self.book.agents // 16 // len(subs)
        sections = []
        for position, sub in enumerate(subs):
            channels = [INDIVIDUAL, INDIVIDUAL, BANCASSURANCE, FOURTH[position % 4]]
            channels += [INDIVIDUAL] * min(3, teams_each // 8)
            place, seen = place_name(sub.region), 0
            for index, channel in enumerate(channels):
                seen += channel == INDIVIDUAL
                word = f"第{numeral(seen)}" if channel == INDIVIDUAL else ""
                name = place + word + SECTION_WORDS[channel]
                sections.append((self.add(f"{sub.code}{index + 1:02d}", name, sub.path, channel, sub.region), channel))
        return sections

    def _teams(self, sections: list[tuple[UnitRow, int]]) -> list[tuple[UnitRow, int]]:
        weights = [16 if channel == INDIVIDUAL else 6 for _, channel in sections]
        shares = _shared(self.book.agents // 16, weights, 1)
        shares[0] = max(3, shares[0])
        teams, numbers = [], dict[tuple[int, int], int]()
        for (section, channel), count in zip(sections, shares, strict=True):
            place, key = place_name(section.region), (section.path[2], channel)
            for index in range(count):
                numbers[key] = numbers.get(key, 0) + 1
                word = numeral(numbers[key])
                name = place + (
                    word + TEAM_WORDS[0] if channel == INDIVIDUAL else TEAM_WORDS[channel][:-1] + word + "组"
                )
                unit = self.add(f"{section.code}{index + 1:02d}", name, section.path, channel, section.region)
                teams.append((unit, channel))
        return teams


@lru_cache(maxsize=2)
def force_of(book: Book) -> Force:
    """Return the tree and the sales force of a book; the same in every process."""
    grower = _Grower(book)
    teams = grower.grow()
    channels = np.array([channel for _, channel in teams], dtype=np.int64)
    sizes = _shared(book.agents, [20 if channel == INDIVIDUAL else 7 for channel in channels], 2)
    owners = np.repeat(np.arange(len(teams)), sizes)
    draws = Draws(book.seed, "force")
    count = len(owners)
    status, joined, left = _careers(book, draws, count)
    sexes = draws.between(1, 2, count)
    births = joined - draws.between(20 * 365, 48 * 365, count)
    names = draw_surnames(draws, count) + draw_given_names(draws, sexes, births)
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    status[first[HOME_TEAM]], left[first[HOME_TEAM]], names[first[HOME_TEAM]] = ACTIVE, NO_DAY, "林晓岚"
    status[first[HOME_TEAM] + 1], left[first[HOME_TEAM] + 1] = LEFT, book.today - 4
    weight = dict(PROVINCES)
    many: dict[str, int] = {}
    for unit, _ in teams:
        many[unit.code[:2]] = many.get(unit.code[:2], 0) + 1
    return Force(
        units=tuple(grower.units),
        paths=np.array([unit.path for unit, _ in teams], dtype=np.int64),
        team_channel=channels,
        team_region=texts(unit.region for unit, _ in teams),
        team_weight=np.array([weight[unit.code[:2]] / many[unit.code[:2]] for unit, _ in teams]),
        first_agent=first,
        agent_team=owners,
        agent_names=names,
        agent_status=status,
        agent_joined=joined,
        agent_left=left,
    )


def _careers(book: Book, draws: Draws, count: int) -> tuple[Ints, Ints, Ints]:
    """One in five has left in the last three years, one in a hundred is suspended."""
    status = draws.pick((0.79, 0.2, 0.01), count)
    left = np.where(status == LEFT, book.today - draws.between(1, 1100, count), NO_DAY)
    joined = np.where(status == LEFT, left, book.today) - draws.between(120, 5500, count)
    return status, joined, left


def is_team_of(force: Force, channel: int) -> Bools:
    """Tell of every team whether it works through ``channel``."""
    return force.team_channel == channel
