"""Every code that rules, kernel and services of customers return has a sentence (decision 27)."""

import re
from pathlib import Path

import pytest

import keyuan
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import has_sentence, say

PACKAGE = Path(keyuan.__file__).parent
RAISED = re.compile(r'(?:Refused|Conflict|NotFound|Forbidden)\(\s*"([a-z_]+(?:\.[a-z_]+)?)"')
#: Codes that a family of identifiers shares, made from the family's name.
FAMILIES = {
    "resident_id": ("empty", "length", "character"),
    "uscc": ("empty", "length", "character"),
    "organisation_code": ("empty", "length", "character"),
    "bank_card": ("empty", "length", "character"),
    "vin": ("empty", "length", "character"),
    "plate": ("empty", "length"),
}
WARNINGS = ("resident_id.region", "uscc.organisation_code", "vin.checksum")


def raised_in(*folders):
    """Codes that the sources of some folders raise, tests apart."""
    files = [path for folder in folders for path in (PACKAGE / folder).rglob("*.py") if "tests" not in path.parts]
    return sorted({code for path in files for code in RAISED.findall(path.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("code", raised_in("kernel", "customers"))
def test_every_code_that_is_raised_can_be_said(code):
    assert has_sentence(code)


@pytest.mark.parametrize("code", [f"{family}.{end}" for family, ends in FAMILIES.items() for end in ends] + [*WARNINGS])
def test_every_code_of_an_identifier_can_be_said(code):
    assert has_sentence(code)


@pytest.mark.parametrize("error, sentence", [
    (Refused("resident_id.checksum", position=18), "身份证号第 18 位校验不符，请核对后重新输入"),
    (Refused("phone.mobile_length", length=10, expected=11), "手机号为 10 位，应为 11 位，请核对后重新输入"),
    (Refused("customer.body_figure", least=30, most=260), "数值应在 30 到 260 之间，请核对后重新输入"),
    (Refused("allocation.sum", sum=9900), "份额合计须为 100%，请核对后重新输入"),
])  # fmt: skip
def test_a_sentence_names_field_and_remedy(error, sentence):
    assert say(error) == sentence
