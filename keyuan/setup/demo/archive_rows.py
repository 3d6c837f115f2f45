"""Rows of the archive: customers, their papers, accounts and ways to reach them (CUS-1)."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import DocumentType
from keyuan.kernel.identifiers.regions import find_region
from keyuan.kernel.names import pinyin_readings
from keyuan.kernel.numbers import make_number
from keyuan.setup.demo.days import NO_DAY, Bools, Ints, add_months, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import HONG_KONG
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.numbers import MAIL_DOMAINS, cards
from keyuan.setup.demo.people import TRADE_CLASSES, TRADE_CODES, TRADE_NAMES, People
from keyuan.setup.demo.roll import Roll, legal_representatives
from keyuan.setup.demo.sealing import indexes, sealed, tails
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.words.places import ESTATES, STREETS
from keyuan.setup.demo.words.sentences import HEALTH_NOTES, HOBBIES
from keyuan.setup.demo.words.trades import BANKS, COMPANY_WORDS, INDUSTRIES

SOURCES = texts(("REFERRAL", "EVENT", "ONLINE", "CALL_IN", "PARTNER", "WALK_IN"))
WAYS = texts(("PHONE", "SMS", "WECHAT", "VISIT"))
EVENING = texts(("", "工作日晚间", "周末", "上午"))
APPETITES = texts(("C1", "C2", "C3", "C4"))
SIZES = texts(("MICRO", "SMALL", "MEDIUM", "LARGE"))
#: Office hours in seconds of the day.
OPENS, CLOSES = 9 * 3600, 18 * 3600
MOBILE, LANDLINE, EMAIL, ADDRESS, WECHAT = range(5)
CONTACT_KINDS = texts(("MOBILE", "LANDLINE", "EMAIL", "ADDRESS", "WECHAT"))
COLUMNS = ("phone", "phone", "email", "address", "social_account")


@dataclass(frozen=True, slots=True)
class Archive:
    """What later rows need of these: the moment of entry, the phone that lists show (0: none), where prospects came
    from."""

    entered: Ints
    shown_phone: Ints
    birth: Ints
    numbers: Names
    came_from: Names


def write_archive(
    out: Out, draws: Draws, today: int, people: People, roll: Roll, opened: Ints, buys: Bools, series: tuple[str, int]
) -> Archive:
    """Write customers and what hangs on them; ``series`` is prefix and width of customer numbers."""
    entered = local_moment(opened, draws.between(OPENS, CLOSES, roll.count))
    numbers = texts(make_number(series[0], number - 1, series[1]) for number in roll.ids.tolist())
    known = (buys | draws.chance(0.4, roll.count)) & roll.is_person
    birth = np.where(known | draws.chance(0.65, roll.count), roll.birth, NO_DAY)
    came_from = _write_customers(out, draws, people, roll, known, birth, entered, buys, numbers)
    _write_organisations(out, draws, today, roll)
    _write_documents(out, draws, today, people, roll, entered, buys)
    _write_accounts(out, draws, roll, entered, buys)
    phones = _write_contacts(out, draws, people, roll, entered, buys)
    return Archive(entered, phones, birth, numbers, came_from)


def spread_over(roll: Roll, own: Names, filler: str) -> Names:
    """Return a column of persons over the whole roll: organisations get ``filler``, doubles what their source has."""
    other = texts([filler] * roll.sizes.organisations)
    return np.concatenate((own, other, own[roll.source[roll.organisations.stop :]]))


def _write_customers(
    out: Out,
    draws: Draws,
    people: People,
    roll: Roll,
    known: Bools,
    birth: Ints,
    entered: Ints,
    buys: Bools,
    numbers: Names,
) -> Names:
    count = roll.count
    person = roll.is_person
    trade = people.trade
    employed = np.where(trade < 12, texts(COMPANY_WORDS)[trade % len(COMPANY_WORDS)] + "公司", "")
    income = [
        amount if told and amount else None
        for amount, told in zip(roll.income.tolist(), known & draws.chance(0.85, count), strict=True)
    ]
    hobby = texts(HOBBIES)[draws.below(len(HOBBIES), count)]
    appetite = APPETITES[draws.below(len(APPETITES), count)]
    health = np.where(
        draws.chance(0.012, count) & person, texts(HEALTH_NOTES)[draws.below(len(HEALTH_NOTES), count)], ""
    )
    out.write(
        "customers.Customer",
        {
            "customer_no": numbers,
            "kind": np.where(person, "P", "O"),
            "name": roll.name,
            "sex": np.where(roll.sex > 0, roll.sex.astype(str).astype(object), ""),
            "birth_on": birth,
            "nationality": np.where(person, "CHN", ""),
            "ethnic_group": spread_over(roll, people.families.groups, ""),
            "occupation": np.where(known, spread_over(roll, TRADE_NAMES[trade], ""), ""),
            "occupation_code": np.where(known, spread_over(roll, TRADE_CODES[trade], ""), ""),
            "occupation_class": np.where(known, spread_over(roll, TRADE_CLASSES[trade], ""), ""),
            "employer": np.where(known & draws.chance(0.5, count), spread_over(roll, employed, ""), ""),
            "income": income,
            "education": np.where(known, spread_over(roll, people.education, ""), ""),
            "marriage": np.where(known, spread_over(roll, people.marriage, ""), ""),
            "language": np.where(person, "zh", ""),
            "preferred_contact": np.where(draws.chance(0.25, count) & person, WAYS[draws.below(4, count)], ""),
            "preferred_time": np.where(person, EVENING[draws.below(16, count) // 5], ""),
            "hobbies": np.where(draws.chance(0.2, count) & person, hobby, ""),
            "risk_appetite": np.where(buys & person & draws.chance(0.4, count), appetite, ""),
            "health_notes": sealed("health", health),
            "region_code": roll.county,
            "prospect_source": (came_from := np.where(buys, "", SOURCES[draws.below(len(SOURCES), count)])),
            "created_at": entered,
            "updated_at": entered,
        },
        ids=roll.ids,
    )  # fmt: skip
    return came_from


def _write_organisations(out: Out, draws: Draws, today: int, roll: Roll) -> None:
    place = roll.organisations
    count = roll.sizes.organisations
    employees = np.maximum(8, draws.spread(60, 0.9, count).astype(np.int64))
    founded = today - draws.between(700, 9000, count)
    ids = roll.ids[place]
    out.write(
        "customers.OrganisationProfile",
        {
            "customer_id": ids,
            "uscc": roll.number[place],
            "legal_representative": legal_representatives(draws, count, today),
            "founded_on": founded,
            "business_scope": texts(entry[2] for entry in INDUSTRIES)[roll.industry[place]],
            "registered_capital": draws.between(1, 60, count) * 100_000_000,
            "industry": texts(entry[1] for entry in INDUSTRIES)[roll.industry[place]],
            "size": SIZES[np.digitize(employees, (20, 100, 300))],
            "employees": employees,
            "service_roles": roll.supplier[place],
        },
    )
    years = np.repeat(np.arange(count), 3)
    offset = np.tile(np.arange(3), count)
    revenue = employees[years] * draws.between(15, 60, len(years)) * 1_000_000
    out.write(
        "customers.OrganisationYear",
        {
            "customer_id": ids[years],
            "year": (today // 365 + 1970 - 3) + offset,
            "revenue": revenue,
            "profit": revenue * draws.between(-3, 14, len(years)) // 100,
            "employees": employees[years],
        },
    )


def _write_documents(
    out: Out, draws: Draws, today: int, people: People, roll: Roll, entered: Ints, buys: Bools
) -> None:
    share = np.where(buys, 0.98, np.where(roll.is_person, 0.55, 1.0))
    kept = np.flatnonzero((roll.number != "") & draws.chance(share, roll.count))
    number = roll.number[kept]
    origin = np.zeros(roll.count, dtype=np.int64)
    origin[: people.count] = people.families.origin
    person = roll.is_person[kept]
    kind = np.where(origin[kept] == HONG_KONG, DocumentType.RESIDENCE_PERMIT.value, DocumentType.RESIDENT_ID.value)
    since = today - draws.between(60, 5400, len(kept))
    old = roll.birth[kept] < today - 46 * 365
    years = np.where(roll.birth[kept] > today - 26 * 365, 10, 20)
    until = np.where(old | ~person, NO_DAY, add_months(since, years * 12))
    out.write(
        "customers.IdentityDocument",
        {
            "customer_id": roll.ids[kept],
            "document_type": np.where(person, kind, DocumentType.BUSINESS_LICENCE.value),
            "identity_number": sealed("identity_number", number),
            "number_index": indexes("identity_number", number),
            "tail_index": tails("identity_number", number),
            "issuer": np.where(person, texts(_issuer(code) for code in roll.county[kept]), ""),
            "valid_from": since,
            "valid_until": until,
            "is_long_term": old | ~person,
            "verified_at": np.where(draws.chance(0.8, len(kept)), entered[kept], np.int64(NO_DAY) * 86_400),
            "created_at": entered[kept],
        },
    )  # fmt: skip


def _issuer(code: str) -> str:
    region = find_region(code)
    return f"{region.city or region.province}公安局{region.county}分局" if region else ""


def _write_accounts(out: Out, draws: Draws, roll: Roll, entered: Ints, buys: Bools) -> None:
    kept = np.flatnonzero(buys & draws.chance(0.6, roll.count))
    banks = draws.below(len(BANKS), len(kept))
    numbers = cards(draws, banks)
    out.write(
        "customers.BankAccount",
        {
            "customer_id": roll.ids[kept],
            "bank_account": sealed("bank_account", numbers),
            "number_index": indexes("bank_account", numbers),
            "tail_index": tails("bank_account", numbers),
            "bank_name": texts(BANKS)[banks],
            "created_at": entered[kept],
        },
    )


def _addresses(draws: Draws, roll: Roll, places: Ints) -> Names:
    size = len(places)
    street, estate = texts(STREETS)[draws.below(len(STREETS), size)], texts(ESTATES)[draws.below(len(ESTATES), size)]
    house, block = draws.between(1, 1800, size), draws.between(1, 32, size)
    floor, room = draws.between(1, 26, size), draws.between(1, 4, size)
    person = roll.is_person[places]
    rows = zip(
        roll.county[places],
        street,
        house.tolist(),
        estate,
        block.tolist(),
        floor.tolist(),
        room.tolist(),
        person,
        strict=True,
    )
    return texts(
        f"{region.name if (region := find_region(code)) else ''}{road}{number}号"
        + (f"{court}{building}号楼{level}0{door}室" if private else f"{level}层")
        for code, road, number, court, building, level, door, private in rows
    )


def _latin(names: Names) -> list[str]:
    found = []
    for name in names:
        readings = pinyin_readings(name)
        text = readings[0][0] if readings else "keyuan"
        found.append(text if text.isascii() else "keyuan")
    return found


def _named(names: Names, joint: str, digits: Ints) -> Names:
    """Return account names made of the pinyin of a name and some digits."""
    return texts(f"{name[:20]}{joint}{tail}" for name, tail in zip(_latin(names), digits.tolist(), strict=True))


def _write_contacts(out: Out, draws: Draws, people: People, roll: Roll, entered: Ints, buys: Bools) -> Ints:
    """Write ways to reach customers, each customer's together; return the id of the phone that lists show."""
    count = roll.count
    grown = np.concatenate((people.age >= 18, np.ones(count - people.count, dtype=np.bool_)))
    mail = np.flatnonzero(grown & draws.chance(0.22, count))
    home = np.flatnonzero(draws.chance(np.where(buys | ~roll.is_person, 0.95, 0.5), count))
    chat = np.flatnonzero(grown & roll.is_person & draws.chance(0.14, count))
    mobile, fixed = np.flatnonzero(roll.phone != ""), np.flatnonzero(roll.landline != "")
    digits = draws.below(10_000, len(mail)), draws.below(10_000, len(chat))
    domain = "@" + texts(MAIL_DOMAINS)[draws.below(3, len(mail))]
    values = (
        roll.phone[mobile],
        roll.landline[fixed],
        _named(roll.name[mail], "", digits[0]) + domain,
        _addresses(draws, roll, home),
        _named(roll.name[chat], "_", digits[1]),
    )  # fmt: skip
    places = np.concatenate((mobile, fixed, mail, home, chat))
    kinds = np.repeat(np.arange(5), [len(part) for part in values])
    order = np.argsort(places * 8 + kinds, kind="stable")
    return _put_contacts(
        out, draws, people.told, roll, entered, places[order], kinds[order], np.concatenate(values)[order]
    )


def _put_contacts(
    out: Out, draws: Draws, told: int, roll: Roll, entered: Ints, place: Ints, kind: Ints, value: Names
) -> Ints:
    size = len(place)
    dead = draws.chance(0.03, size) & (kind <= EMAIL) & (place >= told)
    # Letters to one home in fifty came back (CUS-11).
    dead |= (kind == ADDRESS) & (place >= told) & (place % 53 == 7)
    has_mobile = roll.phone[place] != ""
    columns = {
        name: sealed(name, np.where(np.isin(kind, [k for k in range(5) if COLUMNS[k] == name]), value, ""))
        for name in dict.fromkeys(COLUMNS)
    }
    token: list[int | None] = [None] * size
    tail: list[int | None] = [None] * size
    for name in ("phone", "email", "social_account"):
        here = np.flatnonzero([COLUMNS[k] == name for k in kind.tolist()])
        for index, found in zip(here.tolist(), indexes(name, value[here]), strict=True):
            token[index] = found
        if name == "phone":
            for index, found in zip(here.tolist(), tails(name, value[here]), strict=True):
                tail[index] = found
    never = np.int64(NO_DAY) * 86_400
    ids = out.write(
        "customers.ContactPoint",
        {
            "customer_id": roll.ids[place],
            "kind": CONTACT_KINDS[kind],
            **columns,
            "value_index": token,
            "tail_index": tail,
            "region_code": np.where(kind == ADDRESS, roll.county[place], ""),
            "source": texts(("POLICY", "SELF", "AGENT"))[draws.pick((50, 35, 15), size)],
            "is_primary": ((kind != LANDLINE) | ~has_mobile) & ~dead,
            "verified_at": np.where(draws.chance(0.6, size) & ~dead, entered[place], never),
            "invalid_at": np.where(dead, entered[place] + 86_400 * 90, never),
            "invalid_reason": np.where(dead, np.where(kind >= EMAIL, "RETURNED", "EMPTY_NUMBER"), ""),
            "created_at": entered[place],
        },
    )
    # As the summary chooses: a valid mobile (primary) before a fixed line, which leads only where it stands alone.
    shown = np.zeros(roll.count, dtype=np.int64)
    for wanted in (LANDLINE, MOBILE):
        here = (kind == wanted) & ~dead
        shown[place[here]] = ids[here]
    return shown
