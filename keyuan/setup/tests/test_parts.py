"""A book is decided by size, seed and day alone (decision 9, decision 29); its people live as people do."""

import hashlib
from collections import Counter
from datetime import date

import numpy as np
import pytest

from keyuan.products.rules.pricing import SUM, RateKey, premium_of
from keyuan.setup.demo.days import ages_on
from keyuan.setup.demo.doubles import WRONG_NAME, doubled_names, mistyped_name
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, PARENT, SPOUSE, make_families
from keyuan.setup.demo.lines import UNSAID
from keyuan.setup.demo.part import make_deals, make_part
from keyuan.setup.demo.plan import PART, Book
from keyuan.setup.demo.rate_rows import OLDEST, premium_lines
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_SUSPENDED, IS_TERMINATED
from keyuan.setup.demo.table_premiums import IS_PRICED, priced_by_table
from keyuan.setup.demo.tree import CHANNELS, HOME_TEAM, force_of, numeral
from keyuan.setup.demo.words.products import OFFERS

AS_OF = date(2026, 11, 24)
#: Sealed columns carry a random nonce.
SEALED = {
    "phone",
    "email",
    "address",
    "social_account",
    "identity_number",
    "bank_account",
    "debit_account",
    "health_notes",
}


class Digest:
    """A sink that keeps a digest of every table, sealed columns left out."""

    def __init__(self) -> None:
        self.tables: dict[str, hashlib._Hash] = {}

    def put(self, rows):
        digest = self.tables.setdefault(rows.table, hashlib.sha256())
        for name, column in rows.columns.items():
            if name not in SEALED:
                digest.update(repr((name, column)).encode())


def digests(book: Book, part: int = 0) -> dict[str, str]:
    sink = Digest()
    make_part(book, part, Out(sink, 0), ("C", 10))
    return {table: digest.hexdigest() for table, digest in sink.tables.items()}


def test_the_same_seed_and_day_give_the_same_book():
    first = digests(Book(400, 3, AS_OF))
    force_of.cache_clear()

    assert digests(Book(400, 3, AS_OF)) == first


def test_another_seed_gives_other_customers():
    one, other = digests(Book(400, 3, AS_OF)), digests(Book(400, 4, AS_OF))

    assert one["customers_customer"] != other["customers_customer"]


def test_parts_do_not_lean_on_each_other():
    book = Book(PART + 300, 3, AS_OF)

    deals = make_deals(book, 1)

    assert deals.roll.ids[0] == PART + 1
    assert len(deals.roll.ids) == 300


@pytest.mark.parametrize("customers", [150, 14_000, 1_400_000])
def test_the_tree_has_five_levels_and_six_channels(customers):
    force = force_of(Book(customers, 1, AS_OF))

    levels = Counter(len(unit.path) for unit in force.units)
    assert sorted(levels) == [1, 2, 3, 4, 5]
    assert set(force.team_channel.tolist()) == set(range(len(CHANNELS)))
    assert len({unit.code for unit in force.units}) == len(force.units)
    home = force.units[int(force.paths[HOME_TEAM, 4]) - 1]
    assert (home.name, force.agent_names[force.home_agent]) == ("浦东三部", "林晓岚")


def test_the_sales_force_of_a_full_book_numbers_180_000():
    assert abs(len(force_of(Book(1_400_000, 1, AS_OF)).agent_team) - 180_000) < 5_000


@pytest.mark.parametrize("number, word", [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_units_are_numbered_in_chinese(number, word):
    assert numeral(number) == word


def test_families_hold_together():
    families = make_families(Book(1000, 2, AS_OF), Draws(2, "test"), 1000)
    head = families.heads_of()

    assert len(families.role) == 1000
    assert (families.role[families.first] == HEAD).all()
    spouse = families.role == SPOUSE
    assert (families.sex[spouse] != families.sex[head[spouse]]).all()
    child, parent = families.role == CHILD, families.role == PARENT
    assert (families.birth[child] > families.birth[head[child]] + 20 * 365).all()
    assert (families.birth[parent] < families.birth[head[parent]] - 18 * 365).all()


def test_contracts_stand_where_their_premiums_put_them():
    deals = make_deals(Book(3000, 2, AS_OF), 0)
    deal, now, today = deals.contracts, deals.standings, deals.today

    grace = now.in_grace
    assert grace.any()
    assert ((now.next_due[grace] < today) & (now.next_due[grace] + 60 >= today)).all()
    suspended = now.status == IS_SUSPENDED
    assert (now.suspended[suspended] == now.next_due[suspended] + 61).all()
    assert (now.suspended[suspended] <= today).all()
    ended = now.status == IS_TERMINATED
    assert (now.ended[ended] <= today).all()
    assert (now.reason[ended] != "").all()
    paid_up = now.paid_up
    assert (now.paid[paid_up] == deal.instalments[paid_up]).all()
    live = now.status == IS_IN_FORCE
    assert ((deal.effective[live] <= today) & (deal.expires[live] >= today)).all()


def test_every_renewal_follows_its_predecessor_without_a_gap():
    deals = make_deals(Book(2000, 2, AS_OF), 0)
    later = np.flatnonzero(deals.contracts.year > 0)

    assert len(later)
    assert (deals.contracts.effective[later] == deals.contracts.expires[later - 1] + 1).mean() > 0.999


def test_yearly_cover_costs_what_its_rate_table_says_so_that_a_renewal_rises_by_a_year_of_age():
    deals = make_deals(Book(2000, 2, AS_OF), 0)
    deal, lines, roll = deals.contracts, deals.lines, deals.roll
    insured = lines.insured[deal.line]
    by_table = priced_by_table(deal.offer, roll.birth[insured]) & (lines.premium[deal.line] == UNSAID)
    tables = {}
    for number, offer in enumerate(OFFERS):
        if IS_PRICED[number]:
            _basis, dimensions, rates = premium_lines(offer)
            tables[number] = dimensions, {line.key: line.rate for line in rates}, offer.ages

    for place in np.flatnonzero(by_table)[:400].tolist():
        number, person = int(deal.offer[place]), int(insured[place])
        dimensions, rates, (youngest, oldest) = tables[number]
        age = int(ages_on(roll.birth[[person]], int(deal.effective[place]))[0]) if dimensions else 0
        key = RateKey(age=min(max(age, youngest), oldest, OLDEST), sex=str(roll.sex[person])).reduced(dimensions)
        amount = int(deal.insured_sum[place])
        assert premium_of(rates[key], basis=SUM, base=100_000, amount=amount) == deal.premium[place]
    later = np.flatnonzero(by_table & (deal.year > 0))
    rise = deal.premium[later] / deal.premium[later - 1]
    assert len(later) > 50
    assert (rise.min() >= 1.0, rise.max() < 1.08) == (True, True)


@pytest.mark.parametrize("name, typed", [("王丽", "王莉"), ("欧阳建国", "欧阳建囯"), ("马乙", "马乙")])
def test_a_mistyped_name_differs_in_one_character(name, typed):
    assert mistyped_name(name) == typed


def test_only_the_chosen_names_are_mistyped():
    assert doubled_names(np.array([WRONG_NAME, 4]), np.array(["王丽", "王丽"], dtype=object)).tolist() == [
        "王莉",
        "王丽",
    ]
