"""What is shown of personal values (decision 4, PLT-7; masking rules of the screens)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.kernel.masks import MASKS, mask

CASES = [
    ("name", "张三", "张三", "张*"),
    ("name", "张三丰", "张三丰", "张*丰"),
    ("name", "欧阳晓锋", "欧阳晓锋", "欧**锋"),
    ("name", "阿布都热依木·买买提", "阿布都热依木·买买提", "阿***提"),
    ("name", "张", "张", "*"),
    ("date", "1990-05-06", "1990-05-06", "1990-**-**"),
    ("date", "05/06/90", "05/06/90", "****"),
    ("identity_number", "11010519491231002X", "110105********002X", "1****************X"),
    ("identity_number", "110105491231002", "110105*****1002", "1*************2"),
    ("identity_number", "E12345678", "E1*****78", "E*******8"),
    ("identity_number", "123", "***", "***"),
    ("phone", "18612341402", "186****1402", "186****1402"),
    ("phone", "+86 186-1234-1402", "186****1402", "186****1402"),
    ("phone", "010-62345678", "010-****78", "010-****78"),
    ("phone", "0755-8234567-801", "0755-****67", "0755-****67"),
    ("phone", "+85291234567", "+852****67", "+852****67"),
    ("phone", "+14155552671", "+****71", "+****71"),
    ("phone", "95519", "****", "****"),
    ("phone", "62345678", "****78", "****78"),
    ("phone", "call me", "****me", "****me"),
    ("email", "zhangsan@163.com", "zha****@163.com", "z****@****"),
    ("email", "ab@163.com", "a****@163.com", "a****@****"),
    ("email", "a@163.com", "****@163.com", "****@****"),
    ("email", "zhangsan", "****", "****"),
    ("address", "广东省深圳市南山区科技园1号", "广东省深圳市南山区****", "广东省深圳市南山区****"),
    ("address", "广东省深圳市南山区", "广东省深圳市南山区", "广东省深圳市南山区"),
    ("address", "幸福小区3栋", "****", "****"),
    ("account_name", "wxid_zhang88", "w****8", "****"),
    ("account_name", "abc", "****", "****"),
    ("bank_account", "6222020000000001234", "****1234", "****1234"),
    ("bank_account", "1234", "****34", "****34"),
    ("policy_no", "2024010112345678", "****345678", "****345678"),
    ("policy_no", "P12345", "****345", "****345"),
    ("plate", "京A12345", "****345", "****345"),
    ("vin", "1M8GDM9AXKP042788", "****042788", "****042788"),
    ("hidden", "高血压", "••••", "••••"),
    ("none", "120000", "120000", "120000"),
]


@pytest.mark.parametrize("key, value, shown, shown_strictly", CASES)
def test_each_mask_shows_what_the_rules_allow(key, value, shown, shown_strictly):
    assert MASKS[key](value) == shown
    assert MASKS[key](value, strict=True) == shown_strictly


def test_every_personal_field_has_its_mask():
    assert {field.mask for field in PERSONAL_FIELDS.values()} <= set(MASKS)
    assert mask("phone", "18612341402") == "186****1402"
    assert mask("name", "张三丰", strict=True) == "张*丰"
    with pytest.raises(KeyError):
        mask("unheard_of", "x")


@pytest.mark.parametrize("key", MASKS)
def test_an_empty_value_stays_empty(key):
    assert MASKS[key]("") == MASKS[key]("", strict=True) == ""


#: The most characters of the value a mask may show.
LIMITS = {
    "identity_number": (10, 2),
    "phone": (7, 7),
    "bank_account": (4, 4),
    "policy_no": (6, 6),
    "plate": (3, 3),
    "vin": (6, 6),
    "account_name": (2, 0),
}
#: Different characters throughout, so that one found in the result can only come from its place.
DISTINCT = st.permutations("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥ABCDEFGHJKLMN").flatmap(
    lambda characters: st.integers(1, len(characters)).map(lambda size: "".join(characters[:size]))
)


@pytest.mark.parametrize("key", LIMITS)
@pytest.mark.parametrize("strict", [False, True])
@given(value=DISTINCT)
def test_no_mask_shows_more_than_its_rule_and_half_of_a_short_value(key, strict, value):
    shown = [character for character in value if character in MASKS[key](value, strict=strict)]

    assert len(shown) <= LIMITS[key][strict]
    if len(value) < 8:
        assert len(shown) <= len(value) / 2


@given(DISTINCT, DISTINCT)
def test_an_email_shows_three_characters_before_the_at_and_strictly_one(local, domain):
    loose, strictly = (MASKS["email"](f"{local}@{domain}", strict=strict) for strict in (False, True))

    assert len(loose.split("****@")[0]) <= min(3, len(local) / 2)
    assert len(strictly) <= len("x****@****")


@given(DISTINCT.filter(lambda text: len(text) > 1))
def test_a_strict_name_shows_its_ends_only(name):
    shown = [character for character in name if character in MASKS["name"](name, strict=True)]

    assert shown == ([name[0]] if len(name) == 2 else [name[0], name[-1]])


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086 ", "86"]))
def test_the_middle_of_a_mobile_number_never_shows(number, prefix):
    assert MASKS["phone"](prefix + number) == f"{number[:3]}****{number[-4:]}"


@given(st.text("建国路光华小区一二三0123456789号楼室", min_size=1, max_size=20))
def test_an_address_without_known_places_shows_nothing(street):
    assert MASKS["address"]("/" + street) == "****"
