"""Companies, cards, vehicles, e-mail and documents by type (domain.md G, CUS-3)."""

from datetime import date

import pytest

from keyuan.kernel.codes import DocumentType, Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import (
    Document,
    PlateKind,
    Vin,
    make_resident_id,
    parse_bank_card,
    parse_document,
    parse_email,
    parse_plate,
    parse_uscc,
    parse_vin,
)
from keyuan.kernel.identifiers.uscc import check_character, parse_organisation_code


def refusal_of(parse, *values):
    with pytest.raises(Refused) as refusal:
        parse(*values, field="typed")
    assert refusal.value.field == "typed"
    return refusal.value.code, dict(refusal.value.params)


def test_a_sound_credit_code_holds_region_and_organisation_code():
    code = parse_uscc(" 91350100m000100y43 ")

    assert (code.number, code.region, code.organisation_code) == ("91350100M000100Y43", "350100", "M000100Y4")
    assert code.warnings == ()


@pytest.mark.parametrize(
    "text, refusal",
    [
        ("", ("uscc.empty", {})),
        ("91350100M000100Y4", ("uscc.length", {"length": 17, "expected": 18})),
        ("91350100M00O100Y43", ("uscc.character", {"position": 12})),
        ("91350100M000100Y44", ("uscc.checksum", {"position": 18})),
        ("91350100M000100Y34", ("uscc.checksum", {"position": 18})),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_place(text, refusal):
    assert refusal_of(parse_uscc, text) == refusal


def test_a_wrong_organisation_code_inside_is_a_warning():
    body = "91350100M000100Y5"

    assert parse_uscc(body + check_character(body)).warnings == ("uscc.organisation_code",)


def test_an_organisation_code_has_its_own_check():
    assert parse_organisation_code("M000100Y-4") == "M000100Y4"
    assert refusal_of(parse_organisation_code, "M000100Y5") == ("organisation_code.checksum", {"position": 9})


@pytest.mark.parametrize("text", ["6222020000000000000", "6222 0200 0000 0000 000", "6222-0200-0000-0000-000"])
def test_a_sound_card_number_is_read(text):
    assert parse_bank_card(text) == "6222020000000000000"


@pytest.mark.parametrize(
    "text, refusal",
    [
        ("", ("bank_card.empty", {})),
        ("622202000000", ("bank_card.length", {"length": 12, "expected": 19})),
        ("6222020000000000001", ("bank_card.checksum", {"position": 19})),
        ("622202000000000000O", ("bank_card.character", {"position": 19})),
    ],
)
def test_a_wrong_card_number_is_refused(text, refusal):
    assert refusal_of(parse_bank_card, text) == refusal


@pytest.mark.parametrize("number", ["1M8GDM9AXKP042788", "LFV2A21K0E3000001"])
def test_a_sound_vin_has_no_warning(number):
    assert parse_vin(number.lower()) == Vin(number)


def test_a_vin_without_check_digit_is_only_warned_of():
    assert parse_vin("1M8GDM9A1KP042788") == Vin("1M8GDM9A1KP042788", ("vin.checksum",))


@pytest.mark.parametrize(
    "text, refusal",
    [
        ("", ("vin.empty", {})),
        ("1M8GDM9AXKP04278", ("vin.length", {"length": 16, "expected": 17})),
        ("1M8GDM9AXKPO42788", ("vin.character", {"position": 12})),
    ],
)
def test_a_vin_of_the_wrong_shape_is_refused(text, refusal):
    assert refusal_of(parse_vin, text) == refusal


@pytest.mark.parametrize(
    "text, number, kind",
    [
        ("京A12345", "京A12345", PlateKind.ORDINARY),
        ("京a·12345", "京A12345", PlateKind.ORDINARY),
        ("滬A12345", "沪A12345", PlateKind.ORDINARY),
        ("粤BD12345", "粤BD12345", PlateKind.NEW_ENERGY_SMALL),
        ("粤BFA2345", "粤BFA2345", PlateKind.NEW_ENERGY_SMALL),
        ("粤B12345D", "粤B12345D", PlateKind.NEW_ENERGY_LARGE),
        ("冀A1234挂", "冀A1234挂", PlateKind.TRAILER),
        ("沪A1234学", "沪A1234学", PlateKind.TRAINING),
        ("苏A1234警", "苏A1234警", PlateKind.POLICE),
        ("粤Z1234港", "粤Z1234港", PlateKind.HONG_KONG_MACAO),
        ("粤Z1234澳", "粤Z1234澳", PlateKind.HONG_KONG_MACAO),
        ("沪A1234领", "沪A1234领", PlateKind.CONSULATE),
    ],
)
def test_plates_of_every_build_are_read(text, number, kind):
    plate = parse_plate(text)

    assert (plate.number, plate.kind, plate.province) == (number, kind, number[0])


@pytest.mark.parametrize(
    "text, refusal",
    [
        ("", ("plate.empty", {})),
        ("京A1234", ("plate.length", {"length": 6, "expected": 7})),
        ("港A12345", ("plate.province", {"position": 1})),
        ("京O12345", ("plate.letter", {"position": 2})),
        ("京AI2345", ("plate.pattern", {"position": 3})),
        ("粤BL12345", ("plate.pattern", {"position": 3})),
    ],
)
def test_a_wrong_plate_is_refused_with_its_place(text, refusal):
    assert refusal_of(parse_plate, text) == refusal


@pytest.mark.parametrize(
    "text, address",
    [
        (" Zhang.San@Example.COM ", "zhang.san@example.com"),
        ("a+b@mail.example.com.cn", "a+b@mail.example.com.cn"),
        ("ａ＠ｑｑ.ｃｏｍ", "a@qq.com"),
        ("10001@qq.com", "10001@qq.com"),
    ],
)
def test_an_address_is_brought_to_lower_case(text, address):
    assert parse_email(text) == address


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "email.empty"),
        ("zhang", "email.at"),
        ("a@b@c.cn", "email.at"),
        ("@qq.com", "email.local"),
        (".a@qq.com", "email.local"),
        ("a..b@qq.com", "email.local"),
        ("张@qq.com", "email.local"),
        ("a" * 65 + "@qq.com", "email.local"),
        ("a@qq", "email.domain"),
        ("a@-qq.com", "email.domain"),
        ("a@qq.com.", "email.domain"),
        ("a@q q.com", "email.domain"),
        ("a@" + "q" * 260 + ".com", "email.length"),
    ],
)
def test_a_wrong_address_names_the_wrong_part(text, code):
    assert refusal_of(parse_email, text)[0] == code


HK_PERMIT = make_resident_id("810000", date(1985, 3, 4), 11)
FOREIGNER = make_resident_id("911840", date(1985, 3, 4), 12)


@pytest.mark.parametrize(
    "code, text, number",
    [
        ("111", "11010519491231002x", "11010519491231002X"),
        ("112", "110105491231002", "11010519491231002X"),
        ("113", "012345678", "012345678"),
        ("114", "军字第 2001988 号", "军字第2001988号"),
        ("117", "O370012345", "O370012345"),
        ("335", "11010519491231002X", "11010519491231002X"),
        ("414", "e12345678", "E12345678"),
        ("420", "K12345678", "K12345678"),
        ("421", "MA1234567", "MA1234567"),
        ("511", "12345678", "12345678"),
        ("511", "1234567890(B)", "1234567890B"),
        ("516", "h12345678", "H12345678"),
        ("516", "M1234567801", "M1234567801"),
        ("553", "USA110123456789", "USA110123456789"),
        ("553", FOREIGNER, FOREIGNER),
        ("990", "任意 1", "任意1"),
        ("1000", HK_PERMIT, HK_PERMIT),
        ("01", "M000100Y4", "M000100Y4"),
        ("02", "110105123456789", "110105123456789"),
        ("03", "91350100M000100Y43", "91350100M000100Y43"),
        ("03", "110105123456789", "110105123456789"),
        ("05", "112345", "112345"),
    ],
)
def test_each_type_of_document_accepts_its_numbers(code, text, number):
    assert parse_document(DocumentType(code), text).number == number


@pytest.mark.parametrize(
    "code, text, refusal",
    [
        ("414", "", "document.empty"),
        ("414", "E-1", "document.pattern"),
        ("117", "1234567890", "document.pattern"),
        ("511", "1234567", "document.pattern"),
        ("516", "K12345678", "document.pattern"),
        ("111", "110105194912310021", "resident_id.checksum"),
        ("111", HK_PERMIT, "resident_id.kind"),
        ("1000", "11010519491231002X", "resident_id.kind"),
        ("553", "11010519491231002X", "resident_id.kind"),
        ("553", "12A110123456789", "document.pattern"),
        ("01", "M000100Y5", "organisation_code.checksum"),
        ("03", "91350100M000100Y44", "uscc.checksum"),
    ],
)
def test_each_type_of_document_refuses_the_rest(code, text, refusal):
    assert refusal_of(parse_document, DocumentType(code), text)[0] == refusal


def test_a_resident_document_tells_birth_date_and_sex():
    assert parse_document(DocumentType.RESIDENCE_PERMIT, HK_PERMIT) == Document(
        DocumentType.RESIDENCE_PERMIT, HK_PERMIT, date(1985, 3, 4), Sex.MALE
    )
    assert parse_document(DocumentType.PASSPORT, "E12345678").birth_on is None


def test_every_type_of_document_has_a_rule():
    for kind in DocumentType:
        assert refusal_of(parse_document, kind, " ")[0] == "document.empty"
