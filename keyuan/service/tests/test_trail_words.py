"""Everything the desk records is said in words on the trail: kinds, fields, people, codes (PLT-6, decision 16)."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from keyuan import service
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.audit.labels import field_label, kind_label, said, said_pair
from keyuan.platform.audit.listing import names_for, what
from keyuan.service.rules.follow_ups.plans import Plan
from keyuan.service.services.chat.setting_up import LIMITS
from keyuan.service.services.follow_ups import planning
from keyuan.service.services.mail.mailboxes import TOLD
from keyuan.service.services.resembling import deciding

#: What puts facts on the trail, and what the facts are called before.
WRITERS, FACTS = (
    frozenset({"record", "note_change", "trail", "_trail", "_note"}),
    frozenset({"before", "after", "detail"}),
)


def nodes() -> Iterator[ast.AST]:
    """Yield the code of services and views."""
    root = Path(service.__file__).parent
    for part in ("services", "views"):
        for path in sorted((root / part).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def facts_of(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that hold recorded facts."""
    if isinstance(node, ast.Call) and name_of(node) in WRITERS:
        return [*node.args, *(word.value for word in node.keywords)]
    if isinstance(node, ast.Assign):
        names = {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
        return [node.value] if names & FACTS else []
    return []


def recorded_fields() -> set[str]:
    """Return every field that is written down as a literal, and those that services keep in lists."""
    keys = (
        key.value
        for node in nodes()
        for part in facts_of(node)
        for held in ast.walk(part)
        if isinstance(held, ast.Dict)
        for key in held.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    )
    return {*keys, *TOLD, *LIMITS, "is_on", "hours_key", *(item.name for item in fields(Plan))}


def recorded_kinds() -> set[str]:
    """Return every kind of record that is named as a literal, and those that are constants."""
    named = {"Subject": 0, "_trail": 1}
    found = {
        call.args[named[name_of(call)]].value
        for call in nodes()
        if isinstance(call, ast.Call) and name_of(call) in named and len(call.args) > named[name_of(call)]
        if isinstance(call.args[named[name_of(call)]], ast.Constant)
    }
    return {*found, planning.PLAN, planning.QUESTIONNAIRE, deciding.CLUSTER, deciding.RULE}


def test_every_field_and_kind_has_a_word():
    assert sorted(field for field in recorded_fields() if str(field_label(field)) == field) == []
    assert sorted(kind for kind in recorded_kinds() if str(kind_label(kind)) == kind) == []
    assert {"voted", "calls", "owner"} <= recorded_fields()
    assert {"star", "desk", "macro"} <= recorded_kinds()


@pytest.mark.django_db
def test_codes_are_said_by_the_record_they_stand_in_and_people_by_name():
    reader = make_actor("auditor", unit=small_tree().head)

    assert said(reader, "status", "WAITING", "follow_up") != said(reader, "status", "WAITING", "work_order")
    assert said_pair(reader, "owner", None, reader.id, "work_order")[1] == reader.name
    assert said(reader, "state", "PUBLISHED", "article") == "生效中"
    assert said(reader, "status", "SOMETHING", "chat") == "SOMETHING"


@pytest.mark.django_db
def test_people_are_named_only_where_the_number_is_one_and_for_a_whole_page_at_once(django_assert_num_queries):
    reader = make_actor("auditor", unit=small_tree().head)
    detail = {"user_id": reader.id, "owner": reader.id}
    event = SimpleNamespace(
        subject_kind="work_order", subject_id=None, customer_id=None, facts=detail, changed={}, action="UPDATE"
    )

    with django_assert_num_queries(1):
        names = names_for(reader, [event] * 12)
        told = [what(event, names.reader, names.staff) for _row in range(12)]

    assert set(told) == {f"{reader.name} {reader.name}"}
    assert said(reader, "owner", reader.id, "segment") == str(reader.id)
