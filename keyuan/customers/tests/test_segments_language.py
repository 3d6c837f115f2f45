"""The language of segments: what is read, what is refused by row, what it means on a day (CUS-6)."""

from datetime import date

import pytest

from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.rules.segments.language import Vocabulary, read_condition, to_json
from keyuan.customers.rules.segments.resolving import AllOf, AnyOf, Exists, Members, Not, resolve, years_before
from keyuan.customers.rules.segments.resolving import Test as Bare
from keyuan.kernel.errors import Invalid, Refused

TODAY = date(2026, 3, 16)
POLICY = Entity("policy", "Policy", "policies", list)
TAG = Entity("tag", "Tag", "tags", list, until="expires_on")
FIELDS = (
    Field("tier", "Tier", "choice", "tier", blank="", choices=lambda: [("GOLD", "Gold"), ("NORMAL", "Normal")]),
    Field("age", "Age", "age", "birth_on"),
    Field("premium", "Premium", "money", "annual_premium", nullable=False),
    Field("last", "Last contact", "date", "last_contact_on", blank="0001-01-01"),
    Field("birthday", "Birthday", "birthday", "birth_md", blank=9999, choices=lambda: [("2", "2"), ("3", "3")]),
    Field("region", "Region", "region", "region_code"),
    Field("unit", "Unit", "unit", "team_id", nullable=False),
    Field("segment", "Segment", "segment", "customer_id", nullable=False),
    Field("policy.kind", "Kind", "choice", "kind", entity="policy", choices=lambda: [("LIFE", "Life")]),
    Field("policy.premium", "Premium", "money", "premium", entity="policy"),
)
WORDS = Vocabulary({field.key: field for field in FIELDS}, {"policy": POLICY, "tag": TAG})


def row(field, op, value=None):
    return {"kind": "row", "field": field, "op": op, "value": value}


def stored(*items, join="and", negated=False):
    return {"version": 1, "root": {"kind": "group", "join": join, "not": negated, "items": list(items)}}


def group(*items, join="or"):
    return {"kind": "group", "join": join, "not": False, "items": list(items)}


def has(*items, **more):
    return {"kind": "has", "entity": "policy", "join": "and", "items": list(items), **more}


def read(*items, **more):
    return read_condition(stored(*items, **more), WORDS)


def meaning(*items, others=None, **more):
    found = resolve(read(*items, **more), WORDS, today=TODAY, others=others or {}.get)
    return found.parts[0] if isinstance(found, AllOf) and len(found.parts) == 1 else found


def faults(raw):
    with pytest.raises(Invalid) as refused:
        read_condition(raw, WORDS)
    return [(error.params["row"], error.code) for error in refused.value.errors]


def test_a_condition_that_was_read_is_stored_as_it_was():
    raw = stored(
        row("tier", "in", ["GOLD"]),
        group(row("age", "between", [20, 30]), row("last", "older_days", 90)),
        has(row("policy.kind", "in", ["LIFE"]), how="at_least", amount=2, measure=""),
    )

    found = read_condition(raw, WORDS)

    assert read_condition(to_json(found), WORDS) == found
    assert to_json(found)["root"]["items"][1] == raw["root"]["items"][1]


@pytest.mark.parametrize("_case, raw, expected", [
    ("no condition", None, [("0", "segment.unreadable")]),
    ("a later version", {"version": 2, "root": {}}, [("0", "segment.unreadable")]),
    ("nothing in it", stored(), [("0", "segment.empty")]),
    ("an empty group", stored(row("tier", "in", ["GOLD"]), group()), [("2", "segment.empty_group")]),
    ("an unknown field", stored(row("shoe", "in", ["42"])), [("1", "segment.no_field")]),
    ("a field of records outside them", stored(row("policy.kind", "in", ["LIFE"])), [("1", "segment.no_field")]),
    ("a field of the customer inside records", stored(has(row("tier", "in", ["GOLD"]))), [("1.1", "segment.no_field")]),
    ("an operator of another kind", stored(row("tier", "ge", 3)), [("1", "segment.no_operator")]),
    ("unknown of what is always known", stored(row("premium", "unknown")), [("1", "segment.no_operator")]),
    ("no value", stored(row("tier", "in", [])), [("1", "segment.choose")]),
    ("a code of nobody", stored(row("tier", "in", ["BRASS"])), [("1", "segment.choose")]),
    ("a text for a number", stored(row("premium", "ge", "much")), [("1", "segment.number")]),
    ("true for a number", stored(row("premium", "ge", True)), [("1", "segment.number")]),
    ("too old", stored(row("age", "ge", 151)), [("1", "segment.age")]),
    ("the wrong way round", stored(row("premium", "between", [5, 4])), [("1", "segment.order")]),
    ("no day", stored(row("last", "from", "2026-02-30")), [("1", "segment.day")]),
    ("two faults", stored(row("tier", "in", []), group(row("premium", "ge", None))),
     [("1", "segment.choose"), ("2.1", "segment.number")]),
    ("a sum of what cannot be added", stored(has(measure="policy.kind")), [("1", "segment.no_operator")]),
    ("less than none", stored(has(amount=-1)), [("1", "segment.number")]),
    ("no unit", stored(row("unit", "in", ["9-1"])), [("1", "segment.choose")]),
    ("too many rows", stored(*[row("tier", "known")] * 61), [("0", "segment.too_many_rows")]),
])  # fmt: skip
def test_every_fault_names_its_row(_case, raw, expected):
    assert faults(raw) == expected


def test_groups_end_somewhere():
    deep = row("tier", "known")
    for _level in range(7):
        deep = group(deep)

    assert ("1.1.1.1.1.1", "segment.too_deep") in faults(stored(deep))


@pytest.mark.parametrize("_case, given, expected", [
    ("known is not unknown", row("tier", "known"),
     Not(AnyOf((Bare("tier", "tier", "null"), Bare("tier", "tier", "in", [""]))))),
    ("not one of is the complement", row("tier", "not_in", ["GOLD"]), Not(Bare("tier", "tier", "in", ["GOLD"]))),
    ("an age is a span of birth dates", row("age", "between", [20, 29]), AllOf((
        Bare("birth_on", "birth_on", "le", date(2006, 3, 16)), Bare("birth_on", "birth_on", "gt", date(1996, 3, 16))))),
    ("the last days include today, never the stand-in for never", row("last", "last_days", 10), AllOf((
        Bare("last_contact_on", "last_contact_on", "ge", date(2026, 3, 6)),
        Bare("last_contact_on", "last_contact_on", "lt", date(2026, 3, 17)),
        Not(Bare("last_contact_on", "last_contact_on", "in", ["0001-01-01"]))))),
    ("a region is what its code begins with", row("region", "in", ["31", "4403"]), AnyOf((
        Bare("region_code", "region_code", "prefix", "31"), Bare("region_code", "region_code", "prefix", "4403")))),
    ("a unit is a column of its level", row("unit", "in", ["2-7"]),
     AnyOf((Bare("branch_id", "branch_id", "in", [7]),))),
    ("a month is a span of days", row("birthday", "in", ["2"]), AnyOf((AllOf((
        Bare("birth_md", "birth_md", "ge", 201), Bare("birth_md", "birth_md", "le", 231))),))),
])  # fmt: skip
def test_what_a_row_means_on_a_day(_case, given, expected):
    assert meaning(given) == expected


@pytest.mark.parametrize("how, amount, expected", [
    ("at_least", 2, Exists(POLICY, AllOf(()), 2)),
    ("at_least", 0, AllOf(())),
    ("none", 1, Not(Exists(POLICY, AllOf(()), 1))),
    ("at_most", 2, Not(Exists(POLICY, AllOf(()), 2, None, "gt"))),
])  # fmt: skip
def test_how_many_records(how, amount, expected):
    found = meaning(has(how=how, amount=amount))

    assert found == expected


def test_records_past_their_last_day_do_not_count():
    found = meaning({"kind": "has", "entity": "tag", "join": "and", "items": []})

    assert found == Exists(TAG, AllOf((AllOf(()), Not(Bare("expires_on", "expires_on", "lt", TODAY)))), 1)


def test_a_segment_is_opened_or_looked_up_where_its_members_are_kept():
    inner = read(row("tier", "in", ["GOLD"]))

    found = meaning(row("segment", "in", ["1", "2"]), others={1: inner}.get)

    assert found == AnyOf((AllOf((Bare("tier", "tier", "in", ["GOLD"]),)), Members(2)))


def test_segments_in_a_circle_are_refused():
    others = {1: read(row("segment", "in", ["2"])), 2: read(row("segment", "not_in", ["1"]))}

    with pytest.raises(Refused) as refused:
        meaning(row("segment", "in", ["1"]), others=others.get)

    assert refused.value.code == "segment.circle"


@pytest.mark.parametrize("day, years, expected", [
    (date(2026, 3, 16), 18, date(2008, 3, 16)),
    (date(2025, 2, 28), 21, date(2004, 2, 29)),
    (date(2024, 2, 28), 20, date(2004, 2, 28)),
    (date(2024, 2, 29), 21, date(2003, 2, 28)),
    (date(2024, 2, 29), 20, date(2004, 2, 29)),
])  # fmt: skip
def test_the_last_birth_date_of_an_age(day, years, expected):
    assert years_before(day, years) == expected
