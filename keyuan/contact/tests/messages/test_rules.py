"""Places, words, length and moments of messages as values (PLT-11; domain.md D.6)."""

from datetime import UTC, datetime, timedelta

import pytest

from keyuan.contact.rules.messages import outcomes, sms
from keyuan.contact.rules.messages.composing import House, check_texts, compose
from keyuan.contact.rules.messages.rendering import places_of, render
from keyuan.contact.rules.messages.variables import Variable, VariableKind, check_values, read_variables, written
from keyuan.contact.rules.messages.words import PROHIBITED, prohibited_in
from keyuan.kernel.errors import Refused

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
HOUSE = House("客源保险", "拒收请回复R", PROHIBITED)
DUE = Variable("due_on", VariableKind.DATE, "到期日")


@pytest.mark.parametrize(
    "_case, kind, value, ok",
    [
        ("a day", "DATE", "2026-03-16", True),
        ("no such day", "DATE", "2026-02-30", False),
        ("a day and time", "DATE", "2026-03-16T10:00", False),
        ("money", "MONEY", "1,234.50", True),
        ("three places", "MONEY", "1.234", False),
        ("not a number", "MONEY", "NaN", False),
        ("a number", "NUMBER", "12", True),
        ("a safe link", "LINK", "https://keyuan.example/a?b=1", True),
        ("a plain link", "LINK", "http://keyuan.example/", False),
        ("a link with a name in it", "LINK", "https://bank.example@evil.example/", False),
        ("a text", "TEXT", "张三", True),
    ],
)
def test_a_value_is_of_its_kind(_case, kind, value, ok):
    variable = Variable("x", VariableKind(kind))

    if ok:
        assert check_values([variable], {"x": value}) == {"x": value}
    else:
        with pytest.raises(Refused) as refused:
            check_values([variable], {"x": value})
        assert refused.value.code == f"message.value_{kind.lower()}"


def test_a_value_cannot_bring_lines_or_places_of_its_own():
    values = check_values([Variable("x", VariableKind.TEXT)], {"x": "Bcc:\r\n a@b.c {x}\u202e"})

    assert values == {"x": "Bcc: a@b.c {x}"}
    assert render("{x}", [Variable("x", VariableKind.TEXT)], values, "en") == "Bcc: a@b.c {x}"


def test_unknown_and_missing_values_are_named():
    with pytest.raises(Refused) as unknown:
        check_values([DUE], {"due_on": "2026-03-16", "other": "1"})
    with pytest.raises(Refused) as missing:
        check_values([DUE], {})

    assert (unknown.value.code, unknown.value.params["name"]) == ("message.value_unknown", "other")
    assert (missing.value.code, missing.value.params["name"]) == ("message.value_missing", "到期日")


def test_declarations_are_checked():
    with pytest.raises(Refused, match=r"template\.variable_name"):
        read_variables([{"name": "Due On"}])
    with pytest.raises(Refused, match=r"template\.variable_twice"):
        read_variables([{"name": "a", "sample": "1"}, {"name": "a", "sample": "1"}])


def test_days_and_money_are_written_in_the_readers_language():
    assert written(VariableKind.DATE, "2026-03-06", "zh-hans") == "2026年3月6日"
    assert written(VariableKind.DATE, "2026-03-06", "en") == "6 March 2026"
    assert written(VariableKind.MONEY, "1234.5", "zh-hant") == "1,234.50元"
    assert written(VariableKind.MONEY, "1234.5", "en") == "CNY 1,234.50"


def test_braces_stand_for_places_or_for_themselves():
    assert places_of("{a}{{b}}{ c }") == ["a", "c"]
    assert render("{{{a}}}", [Variable("a", VariableKind.TEXT)], {"a": "1"}, "en") == "{1}"
    with pytest.raises(Refused, match=r"template\.brace"):
        places_of("{a")


@pytest.mark.parametrize(
    "_case, text, found",
    [
        ("plain", "本产品保本保息", ["保本"]),
        ("spaced", "稳 赚 不赔", ["稳赚"]),
        ("with marks between", "全-额-退-保", ["全额退保"]),
        ("traditional", "利息最高", ["利息", "最高"]),
        ("a promised return", "公司承诺收益，保 证 收 益，零风险", ["保证收益", "承诺收益", "零风险"]),
        ("the opposite of a promise", "不保证收益，保证服务；非保本，并非无风险", []),
        ("harmless", "第一期保费，受益人为第一受益人", []),
        ("harmless and not", "第一期即第一", ["第一"]),
        ("none", "您的保单将于明日到期", []),
    ],
)
def test_prohibited_words_are_found_however_written(_case, text, found):
    assert prohibited_in(text, PROHIBITED) == found


@pytest.mark.parametrize(
    "_case, text, segments",
    [
        ("nothing", "", 0),
        ("seventy", "汉" * 70, 1),
        ("seventy-one", "汉" * 71, 2),
        ("two parts", "汉" * 134, 2),
        ("three parts", "汉" * 135, 3),
        ("latin", "a" * 160, 1),
        ("latin, long", "a" * 161, 2),
        ("double signs", "[" * 80, 1),
        ("double signs, long", "[" * 81, 2),
        ("beyond the first plane", "😀" * 35, 1),
        ("beyond, long", "😀" * 36, 2),
    ],
)
def test_messages_are_counted_as_the_network_does(_case, text, segments):
    assert sms.size_of(text).segments == segments


def test_sign_and_way_out_are_put_on_once():
    text = {"language": "zh-hans", "subject": "", "body": "您好"}

    selling = compose("SMS", text, [], {}, HOUSE, promotion=True)
    serving = compose("SMS", text, [], {}, HOUSE, promotion=False)

    assert (selling.body, serving.body) == ("【客源保险】您好 拒收请回复R", "【客源保险】您好")
    assert sms.compose("【客源保险】您好", sign="客源保险", way_out="") == "【客源保险】您好"


def test_mail_that_sells_names_the_way_out():
    text = {"language": "en", "subject": "Hello", "body": "Text"}

    composed = compose("EMAIL", text, [], {}, HOUSE, promotion=True, url="https://keyuan.example/leave/1/")

    assert composed.body.endswith("https://keyuan.example/leave/1/\n")


@pytest.mark.parametrize(
    "_case, channel, texts, codes",
    [
        ("empty", "SMS", {}, ["template.empty"]),
        ("undeclared", "SMS", {"en": {"body": "{other} {due_on}"}}, ["template.place_unknown"]),
        ("unused", "SMS", {"en": {"body": "Hello"}}, ["template.variable_unused"]),
        ("own sign", "SMS", {"en": {"body": "【A】{due_on}"}}, ["template.sign"]),
        ("words", "SMS", {"zh-hans": {"body": "保本{due_on}"}}, ["template.words"]),
        ("no subject", "EMAIL", {"en": {"body": "{due_on}"}}, ["template.no_subject"]),
        ("long", "SMS", {"en": {"body": "{due_on}" + "a" * 450}}, ["template.long"]),
        ("fine", "EMAIL", {"en": {"subject": "A", "body": "{due_on}"}}, []),
    ],
)
def test_what_keeps_a_template_from_approval(_case, channel, texts, codes):
    assert [error.code for error in check_texts(channel, texts, [DUE], HOUSE)] == codes


def test_pauses_grow_and_end():
    waits = [outcomes.next_try(number, NOW, luck=0) for number in (1, 2, 6, 7)]

    assert waits == [NOW + timedelta(minutes=1), NOW + timedelta(minutes=5), NOW + timedelta(hours=8), None]
    assert [outcomes.rest_after(count).total_seconds() for count in (1, 2, 5, 50)] == [30, 120, 1800, 1800]


def test_the_rate_is_kept_within_a_minute():
    assert outcomes.room_in_minute(60, None, 0, NOW) == 60
    assert outcomes.room_in_minute(60, NOW, 59, NOW + timedelta(seconds=59)) == 1
    assert outcomes.room_in_minute(60, NOW, 70, NOW + timedelta(seconds=59)) == 0
    assert outcomes.room_in_minute(60, NOW, 70, NOW + timedelta(seconds=60)) == 60
