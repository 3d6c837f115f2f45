"""Columns brought to one form in DuckDB: dates, numbers, phones, addresses, names (CUS-8)."""

import pyarrow as pa
import pytest

from keyuan.customers.drivers.linkage.preparing import prepare
from keyuan.customers.drivers.linkage.session import session
from keyuan.customers.rules.linkage.config import Column
from keyuan.customers.rules.linkage.kinds import Kind


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    with session(memory_limit="256MB", threads=1, folder=tmp_path_factory.mktemp("spill")) as connection:
        yield connection


def shaped(duck, kind, values, feature):
    for table in ("people", "file_1", "given_keys", "surname_keys"):
        duck.execute(f"drop table if exists {table}")
    duck.register("given_table", pa.table({"x": pa.array(values, pa.string())}))
    duck.execute("create table file_1 as select * from given_table")
    prepare(duck, [("file_1", [Column("x", kind, guessed=False)])])
    return [row[0] for row in duck.execute(f"select {feature} from people order by row").fetchall()]  # noqa: S608 - ours


@pytest.mark.parametrize(
    "kind,values,feature,expected",
    [
        (Kind.BIRTH_DATE, ["1980-3-5", "1980/03/05", "1980年3月5日", "19800305", "１９８０.３.５", "1980", "N/A"],
         "birth_date", ["19800305"] * 5 + ["1980", None]),
        (Kind.BIRTH_DATE, ["05/03/1980", "25/12/1980", "1/2/1980"], "birth_date", ["19800305", "19801225", "19800201"]),
        (Kind.BIRTH_DATE, ["05/03/1980", "12/25/1980"], "birth_date", ["19800503", "19801225"]),
        (Kind.ID_NUMBER, ["110105800305123", "110105198003051230", "11010519800305123X", "11010519800305124x"],
         "id_number", ["11010519800305123"] * 3 + ["11010519800305124"]),
        (Kind.ID_NUMBER, ["AB-12 34", "ab1234"], "id_number", ["ab1234", "ab1234"]),
        (Kind.PHONE, ["138 0013 8000", "+86-13800138000", "008613800138000", "010-62345678", "0412 345 678"],
         "phone", ["13800138000"] * 3 + ["1062345678", "412345678"]),
        (Kind.EMAIL, [" A.B@X.CN ", "a.b@y.com"], "email_user", ["a.b", "a.b"]),
        (Kind.STATE, ["广东省", "广东", "廣東省", "N.S.W.", "nsw"], "state", ["广东"] * 3 + ["nsw"] * 2),
        (Kind.SEX, ["男", "M", "female", "女性", "x"], "sex", ["m", "m", "f", "f", "x"]),
        (Kind.ADDRESS, ["广东省深圳市南山区人民路１２号阳光花园3栋二单元401室", "南山区人民路12号阳光花园3幢2单元401"],
         "address_numbers", ["12-3-2-401"] * 2),
        (Kind.ADDRESS, ["广东省深圳市南山区人民路１２号3栋二单元401室", "广东深圳市南山区人民路12号3幢2单元401"],
         "address_street", ["南山区人民路"] * 2),
        (Kind.ADDRESS, ["12 Hurley Street", "12 hurley st."], "address_street", ["hurleyst"] * 2),
        (Kind.NAME, ["张三", "歐陽修", "买买提·吐尔逊", "買買提•吐爾遜", "Smith, John", "Mr. John Smith"],
         "given_key", ["san", "xiu", "maimaiti", "maimaiti", "john", "john"]),
        (Kind.NAME, ["曾乐", "單田芳", "欧阳修", "买买提·吐尔逊", "John Van Smith"],
         "surname_key", ["zeng", "shan", "ouyang", "tuerxun", "smith"]),
    ],
)  # fmt: skip
def test_values_come_to_one_form(duck, kind, values, feature, expected):
    assert shaped(duck, kind, values, feature) == expected
