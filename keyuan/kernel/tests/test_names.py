"""Names for search: normal form, simplified characters, pinyin with both readings, grams (CUS-4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.names import (
    MAX_READINGS,
    grams,
    normalise_name,
    pinyin_readings,
    search_form,
    simplify,
    split_surname,
)


@pytest.mark.parametrize(
    "typed, normal",
    [
        ("张三", "张三"),
        (" 张 三 ", "张三"),
        ("张　三", "张三"),
        ("张\u200b三", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("ＪＯＨＮ　Smith", "JOHN Smith"),
        ("  John   Smith ", "John Smith"),
        ("李 Wei Ming", "李Wei Ming"),
        ("", ""),
    ],
)
def test_a_name_has_one_normal_form(typed, normal):
    assert normalise_name(typed) == normal


@given(st.text("张三豐 　\u200b·•・ＡａZ-’.９", max_size=12))
def test_the_normal_form_is_its_own_normal_form(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    "text, simplified",
    [("張偉", "张伟"), ("單田芳", "单田芳"), ("葉問", "叶问"), ("张三", "张三"), ("John", "John")],
)
def test_traditional_characters_are_simplified(text, simplified):
    assert simplify(text) == simplified


def test_the_search_form_drops_case_and_separators():
    assert search_form("買買提·O’Neil Jr.") == "买买提oneiljr"


@pytest.mark.parametrize(
    "name, readings",
    [
        ("张三", [("zhangsan", "zs")]),
        ("曾国藩", [("zengguofan", "zgf"), ("cengguofan", "cgf")]),
        ("单雄信", [("shanxiongxin", "sxx"), ("danxiongxin", "dxx")]),
        ("解缙", [("xiejin", "xj"), ("jiejin", "jj")]),
        ("仇英", [("qiuying", "qy"), ("chouying", "cy")]),
        ("查良镛", [("zhaliangyong", "zly"), ("chaliangyong", "cly")]),
        ("任正非", [("renzhengfei", "rzf")]),
        ("区小明", [("ouxiaoming", "oxm"), ("quxiaoming", "qxm")]),
        ("盖叫天", [("gejiaotian", "gjt"), ("gaijiaotian", "gjt")]),
        ("尉迟恭", [("yuchigong", "ycg"), ("weichigong", "wcg")]),
        ("欧阳锋", [("ouyangfeng", "oyf")]),
        ("万俟卨", [("moqixie", "mqx"), ("wansixie", "wsx")]),
        ("單田芳", [("shantianfang", "stf"), ("dantianfang", "dtf")]),
        ("吕布", [("lvbu", "lb"), ("lyubu", "lb")]),
        ("王乐", [("wangle", "wl"), ("wangyue", "wy")]),
        ("阿里·Khan", [("alikhan", "alkhan")]),
        ("Zhang San", [("zhangsan", "zs")]),
        ("", []),
        ("·", []),
    ],
)
def test_a_name_is_found_under_every_living_reading(name, readings):
    assert pinyin_readings(name) == readings


@given(st.text("曾单解乐行长朝晟重尉迟万俟张", min_size=1, max_size=8))
def test_readings_are_few_and_all_different(name):
    readings = pinyin_readings(name)

    assert 1 <= len(readings) <= MAX_READINGS
    assert len(set(readings)) == len(readings)


@pytest.mark.parametrize(
    "name, parts",
    [
        ("张三", ("张", "三")),
        ("欧阳锋", ("欧阳", "锋")),
        ("歐陽鋒", ("歐陽", "鋒")),
        ("欧阳", ("欧", "阳")),
        ("John Smith", ("", "John Smith")),
        ("买买提·艾力", ("", "买买提·艾力")),
    ],
)
def test_a_chinese_name_divides_behind_its_surname(name, parts):
    assert split_surname(name) == parts


@pytest.mark.parametrize(
    "name, expected",
    [
        ("张三", ["张", "三", "张三"]),
        ("張三豐", ["张", "三", "丰", "张三", "三丰", "张丰"]),
        ("欧阳晓锋", ["欧", "阳", "晓", "锋", "欧阳", "阳晓", "晓锋"]),
        ("乐乐", ["乐", "乐乐"]),
        ("买·提", ["买", "提", "买提"]),
        ("Li", ["l", "i", "li"]),
        ("", []),
    ],
)
def test_grams_are_single_characters_pairs_and_the_skipped_middle(name, expected):
    assert grams(name) == expected


@given(st.text("张王李三丰国", min_size=2, max_size=6), st.data())
def test_every_substring_is_covered_by_grams(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    substring = name[start : start + 2]

    assert substring in grams(name)
