"""Administrative regions with their years, and the district part of an address (domain.md G, decision 4)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.addresses import district_part
from keyuan.kernel.identifiers import current_counties, find_region
from keyuan.kernel.identifiers.regions import is_current, is_known


@pytest.mark.parametrize(
    "code, name",
    [
        ("440305", "广东省深圳市南山区"),
        ("110105", "北京市朝阳区"),
        ("500101", "重庆市万州区"),
        ("429004", "湖北省仙桃市"),
        ("440300", "广东省深圳市"),
        ("440000", "广东省"),
        ("810000", "香港特别行政区"),
        ("310115", "上海市浦东新区"),
    ],
)
def test_a_code_has_the_names_from_province_to_county(code, name):
    assert find_region(code).name == name


def test_a_code_means_what_it_meant_at_the_time():
    assert find_region("440111", date(1985, 1, 1)).county == "郊区"
    assert find_region("440111", date(1990, 1, 1)).county == "白云区"
    assert find_region("440111").county == "白云区"


def test_a_code_nobody_used_is_unknown():
    assert find_region("990101") is None
    assert not is_known("119999")
    assert is_known("110103")
    assert not is_current("110103")


def test_the_counties_of_today_are_about_2850_and_hold_no_groupings():
    counties = current_counties()

    assert 2800 < len(counties) < 2900
    assert "110105" in counties
    assert "110103" not in counties
    assert "440301" not in counties


@pytest.mark.parametrize(
    "address, text, code",
    [
        ("北京市朝阳区建国路1号", "北京市朝阳区", "110105"),
        ("北京朝阳区建国路1号", "北京朝阳区", "110105"),
        ("北京市北京市朝阳区三里屯", "北京市北京市朝阳区", "110105"),
        ("北京市市辖区朝阳区三里屯", "北京市市辖区朝阳区", "110105"),
        ("上海市南京路100号", "上海市", "310000"),
        ("江苏省南京路5号", "江苏省", "320000"),
        ("北京西路100号", "", ""),
        ("江苏南京鼓楼区中央路1号", "江苏南京鼓楼区", "320106"),
        ("广东省 深圳市 南山区 科技园", "广东省 深圳市 南山区", "440305"),
        ("中国广东省深圳市南山区科技园", "中国广东省深圳市南山区", "440305"),
        ("深圳市南山区科技园", "深圳市南山区", "440305"),
        ("南山区科技园1号", "南山区", ""),
        ("城区解放路", "", ""),
        ("四川省成都市高新区天府大道", "四川省成都市", "510100"),
        ("吉林市船营区光华路", "吉林市船营区", "220204"),
        ("海南藏族自治州共和县恰卜恰镇", "海南藏族自治州共和县", "632521"),
        ("内蒙古呼和浩特市赛罕区大学街", "内蒙古呼和浩特市赛罕区", "150105"),
        ("湖北省仙桃市沔州大道", "湖北省仙桃市", "429004"),
        ("香港特别行政区皇后大道中", "香港特别行政区", "810000"),
        ("5 Main Street", "", ""),
        ("", "", ""),
    ],
)
def test_the_district_part_ends_before_the_street(address, text, code):
    part = district_part(address)

    assert (part.text, part.code) == (text, code)


@given(st.sampled_from(current_counties()), st.text("建国路光华小区一二三0123456789号楼室", min_size=1, max_size=12))
def test_whatever_follows_a_district_is_rest(code, street):
    region = find_region(code)

    part = district_part(f"{region.name}/{street}")

    assert part.text + part.rest == f"{region.name}/{street}"
    assert part.rest.endswith("/" + street)
