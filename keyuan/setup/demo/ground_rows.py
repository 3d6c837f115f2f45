"""Rows that every part stands on: units, sales force, partners, catalogue, tags."""

import json

import numpy as np

from keyuan.kernel.names import pinyin_readings
from keyuan.setup.demo.contact_rows import write_consent_texts
from keyuan.setup.demo.days import NO_DAY, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.policy_rows import LEVELS, nullable, scope_columns
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.tree import BANCASSURANCE, BROKERAGE, STATUSES, Force, force_of
from keyuan.setup.demo.words.products import OFFERS
from keyuan.setup.demo.words.sentences import TAGS

HOME_AGENT_NO = "10482"
BANKS = ("江海银行", "东岭商业银行", "众信银行", "远大农村商业银行", "海川银行", "长河银行")
BROKERS = ("明德保险经纪有限公司", "众诚保险经纪有限公司", "天衡保险经纪有限公司")
AGENCIES = ("佑安保险代理有限公司", "康泰行保险代理有限公司", "金桥汽车保险代理有限公司")
PARTNERS = (
    *(("BANK", name) for name in BANKS),
    *(("BROKER", name) for name in BROKERS),
    *(("AGENCY", name) for name in AGENCIES),
)
PAY_MODES = {True: ["02", "03", "04", "05", "01"], False: ["01"]}


def write_ground(out: Out, book: Book) -> None:
    """Write everything that does not belong to a customer."""
    force = force_of(book)
    _write_units(out, book, force)
    _write_partners(out, book)
    _write_agents(out, book, force)
    _write_catalogue(out, book)
    write_consent_texts(out, book)
    out.write(
        "customers.Tag",
        {
            "code": [code for code, *_ in TAGS],
            "name": [name for _, name, _ in TAGS],
            "family": [tag[2] for tag in TAGS],
        },
    )


def _write_units(out: Out, book: Book, force: Force) -> None:
    units = force.units
    paths = {
        name: [unit.path[level] if level < len(unit.path) else None for unit in units]
        for level, name in enumerate(LEVELS)
    }
    depth = np.array([len(unit.path) for unit in units])
    opened = book.today - (9200 - depth * 1100) - Draws(book.seed, "units").below(600, len(units))
    out.write(
        "organisation.Unit",
        {
            "code": [unit.code for unit in units],
            "name": [unit.name for unit in units],
            "level": depth,
            "parent_id": [unit.path[-2] if len(unit.path) > 1 else None for unit in units],
            "sales_channel": [unit.channel for unit in units],
            "region_code": [unit.region for unit in units],
            "phone": "95500",
            "opened_on": opened,
            **paths,
        },
        ids=np.arange(1, len(units) + 1),
    )


def _write_partners(out: Out, book: Book) -> None:
    number = np.arange(1, len(PARTNERS) + 1)
    out.write(
        "organisation.Partner",
        {
            "code": [f"P{value:03d}" for value in number.tolist()],
            "name": [name for _, name in PARTNERS],
            "kind": [kind for kind, _ in PARTNERS],
            "licence_no": [f"26{value:04d}0000{value:06d}" for value in number.tolist()],
            "contract_from": book.today - 900 - number * 37,
            "contract_until": book.today + 400 + number * 11,
        },
        ids=number,
    )


def agent_numbers(force: Force) -> Names:
    """Return agents' numbers; the demo person's is her staff number."""
    numbers = texts(f"{200_000 + place}" for place in range(len(force.agent_team)))
    numbers[force.home_agent] = HOME_AGENT_NO
    return numbers


def _pinyin(names: Names) -> list[str]:
    return [readings[0][0] if (readings := pinyin_readings(name)) else "" for name in names]


def _partner_ids(force: Force, draws: Draws) -> Names:
    channel = force.team_channel[force.agent_team]
    count = len(channel)
    bank = 1 + draws.below(len(BANKS), count)
    broker = 1 + len(BANKS) + draws.below(len(BROKERS) + len(AGENCIES), count)
    return nullable(np.where(channel == BANCASSURANCE, bank, broker), ~np.isin(channel, (BANCASSURANCE, BROKERAGE)))


def _write_agents(out: Out, book: Book, force: Force) -> None:
    draws = Draws(book.seed, "agents")
    count = len(force.agent_team)
    ids: Ints = np.arange(1, count + 1)
    out.write(
        "organisation.Agent",
        {
            "agent_no": agent_numbers(force),
            "name": force.agent_names,
            "name_pinyin": _pinyin(force.agent_names),
            "unit_id": force.paths[force.agent_team, 4],
            "partner_id": _partner_ids(force, draws),
            "status": STATUSES[force.agent_status],
            "seller_rank": 1 + draws.pick((35, 38, 20, 7), count),
            "joined_on": force.agent_joined,
            "left_on": force.agent_left,
            **scope_columns(force, force.agent_team, np.arange(count)),
        },
        ids=ids,
    )
    out.write(
        "organisation.Licence",
        {
            "agent_id": ids,
            "licence_no": [f"0200{value:012d}" for value in range(1, count + 1)],
            "valid_from": force.agent_joined,
            "valid_until": np.where(
                force.agent_left == NO_DAY, book.today + draws.between(30, 900, count), force.agent_left
            ),
        },
    )


def _write_catalogue(out: Out, book: Book) -> None:
    ids: Ints = np.arange(1, len(OFFERS) + 1)
    out.write(
        "products.Product",
        {
            "code": [offer.code for offer in OFFERS],
            "name": [offer.name for offer in OFFERS],
            "short_name": [offer.short for offer in OFFERS],
            "kind": [offer.kind.value for offer in OFFERS],
            "is_rider": [int(offer.rider) for offer in OFFERS],
            "is_group": [int("GROUP" in offer.channels and len(offer.channels) < 3) for offer in OFFERS],
            "is_long_term": [int(offer.long) for offer in OFFERS],
            "design": [offer.design for offer in OFFERS],
            "issue_age_min": [offer.ages[0] for offer in OFFERS],
            "issue_age_max": [offer.ages[1] for offer in OFFERS],
            "cover_terms": [json.dumps([["O", 0]] if offer.cover == 0 else [["Y", offer.cover]]) for offer in OFFERS],
            "pay_terms": [json.dumps([["Y", years] for years in offer.pay] or [["S", 1]]) for offer in OFFERS],
            "pay_modes": [json.dumps(PAY_MODES[bool(offer.pay)]) for offer in OFFERS],
            "waiting_days": [offer.waiting for offer in OFFERS],
            "cooling_off_days": [15 if offer.long else 0 for offer in OFFERS],
            "exclusions": [offer.exclusions for offer in OFFERS],
            "sale_from": book.today - 5200,
            "sales_channels": [json.dumps(offer.channels) for offer in OFFERS],
            "complexity": [offer.complexity for offer in OFFERS],
            "seller_rank": [offer.complexity for offer in OFFERS],
            "need_tags": [json.dumps(offer.needs) for offer in OFFERS],
        },
        ids=ids,
    )
    rows = [(number, *benefit) for number, offer in enumerate(OFFERS, 1) for benefit in offer.benefits]
    out.write(
        "products.ProductBenefit",
        {
            "product_id": [row[0] for row in rows],
            "code": [row[1] for row in rows],
            "name": [row[2] for row in rows],
            "condition": [row[3] for row in rows],
            "amount_bp": [row[4] for row in rows],
            "position": np.arange(len(rows)),
        },
    )
    _write_clauses(out, book)


def _write_clauses(out: Out, book: Book) -> None:
    """Two versions each: what older contracts were sold under, and what is sold now."""
    number = np.repeat(np.arange(1, len(OFFERS) + 1), 2)
    change = book.today - 1100
    first = np.tile([True, False], len(OFFERS))
    out.write(
        "products.ProductClause",
        {
            "product_id": number,
            "version_label": np.where(first, "V1", "V2"),
            "filing_no": [
                f"云禾发〔{2012 if old else 2023}〕{value}号"
                for value, old in zip(number.tolist(), first.tolist(), strict=True)
            ],
            "valid_from": np.where(first, book.today - 5200, change),
            "valid_until": np.where(first, change - 1, NO_DAY),
            "text": [
                f"本条款适用于{OFFERS[value - 1].name}。保险责任、责任免除与释义以本版本为准。"
                for value in number.tolist()
            ],
        },
    )
