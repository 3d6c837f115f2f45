"""SQL that brings one kind of column to its form: dates, numbers, phones, mail and street addresses, whole names."""

from collections.abc import Callable

from keyuan.customers.drivers.linkage.session import Connection, one
from keyuan.customers.drivers.linkage.sql import replaced, value, values
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.names import compound_surnames
from keyuan.customers.rules.linkage.texts import FIGURES, STREET_WORDS, province_names

_YMD = r"^(\d{4})\D+(\d{1,2})\D+(\d{1,2})(\D.*)?$"
_DMY = r"^(\d{1,2})\D+(\d{1,2})\D+(\d{4})(\D.*)?$"
_NEITHER, _GAPS = r"[^0-9a-z\p{Han}]", r"[\s-]"
_MAINLAND = r"^(\d{15}|\d{17}[\dx])$"


def is_day_first(connection: Connection, name: str) -> bool:
    """Tell whether dates that end in their year begin with the day: more first parts than second ones exceed 12."""
    parts = [f"try_cast(regexp_extract({name}, {value(_DMY)}, {part}) as integer) > 12" for part in (1, 2)]
    row = connection.execute(
        f"select count(*) filter ({parts[0]}), count(*) filter ({parts[1]}) from folded"
    ).fetchone()
    return bool(row and row[0] >= row[1])


def birth_sql(name: str, *, day_first: bool) -> str:
    """Return SQL for a birth date as eight digits; impossible ones stay, an unreadable one is its digits."""
    digits = replaced(name, r"\D")
    day, month = (1, 2) if day_first else (2, 1)

    def part(pattern: str, place: int, width: int) -> str:
        return f"lpad(regexp_extract({name}, {value(pattern)}, {place}), {width}, '0')"

    return (
        f"case when regexp_full_match({name}, '\\d{{8}}') and left({name}, 2) not in ('18', '19', '20') "
        f"and substr({name}, 5, 2) in ('18', '19', '20') then right({name}, 4) || substr({name}, {2 * month - 1}, 2) "
        f"|| substr({name}, {2 * day - 1}, 2) when regexp_full_match({name}, '\\d{{8}}') then {name} "
        f"when regexp_matches({name}, {value(_YMD)}) "
        f"then {part(_YMD, 1, 4)} || {part(_YMD, 2, 2)} || {part(_YMD, 3, 2)} "
        f"when regexp_matches({name}, {value(_DMY)}) "
        f"then {part(_DMY, 3, 4)} || {part(_DMY, month, 2)} || {part(_DMY, day, 2)} "
        f"else nullif({digits}, '') end"
    )


def number_sql(connection: Connection, name: str) -> str:
    """Return SQL for an identity number: letters and digits; mainland numbers as their seventeen digits of substance.

    Fifteen digits get the century that all of them share; the check character says nothing of its own.
    """
    plain = replaced(name, "[^0-9a-z]")
    whole = one(connection, f"select count({name}) from folded")
    mainland = one(connection, f"select count(*) from folded where regexp_matches({plain}, {value(_MAINLAND)})")
    if not whole or mainland < whole / 3:
        return f"nullif({plain}, '')"
    return (
        f"case when regexp_full_match({plain}, '\\d{{15}}') then left({plain}, 6) || '19' || substr({plain}, 7) "
        f"when regexp_full_match({plain}, '\\d{{17}}[\\dx]') then left({plain}, 17) else nullif({plain}, '') end"
    )


def _phone(name: str) -> dict[str, str]:
    digits = replaced(f"regexp_replace({name}, '(转|ext|x|#).*$', '')", r"\D")
    mobile = f"regexp_matches({digits}, '^(00)?86')"
    return {name: f"nullif(case when {mobile} and length({digits}) >= 12 then ltrim(regexp_replace({digits}, "
                  f"'^(00)?86', ''), '0') else ltrim({digits}, '0') end, '')"}  # fmt: skip


def _email(name: str) -> dict[str, str]:
    plain = replaced(name, r"\s")
    return {name: f"nullif({plain}, '')", f"{name}_user": f"nullif(split_part({plain}, '@', 1), '')"}


def _plain(name: str) -> dict[str, str]:
    return {name: f"nullif({replaced(name, _NEITHER)}, '')"}


def _place(name: str) -> dict[str, str]:
    bare = replaced(replaced(name, r"[\s·.,'’-]"), "(省|市|特别行政区|(维吾尔|壮族|回族)?自治区|自治州|地区|区|县)$")
    return {name: f"nullif({bare}, '')"}


def _sex(name: str) -> dict[str, str]:
    return {name: f"case when {name} in ('m', 'male', '男', '男性', '1', '先生', 'mr') then 'm' "
                  f"when {name} in ('f', 'female', '女', '女性', '2', '女士', 'ms', 'mrs') then 'f' "
                  f"else {name} end"}  # fmt: skip


def _address(name: str) -> dict[str, str]:
    """Divide an address into its street, without province and city, and its numbers, joined by dashes."""
    text = replaced(name, r"[,.;:()（）'’]", " ")
    for figure, digit in FIGURES.items():
        text = f"regexp_replace({text}, '{figure}(单元|号|楼|层|栋|幢|座|室|弄)', '{digit}\\1', 'g')"
    provinces = "|".join(province_names())
    province = f"^(中国|中华人民共和国)?({provinces})(省|市|特别行政区|(维吾尔|壮族|回族)?自治区)?"
    text = f"regexp_replace({text}, {value(province)}, '')"
    text = f"regexp_replace({text}, '^(市辖区)?[^0-9 省市区县路街]{{2,6}}市', '')"
    units = r"(号楼|单元|号院|[号栋幢座楼层室弄#])"
    street = replaced(replaced(text, r"[0-9]+[a-z]?(-[0-9]+)*"), units)
    for long, short in STREET_WORDS.items():
        if len(long) > 3:
            street = f"replace({street}, '{long}', '{short}')"
    street = replaced(street, r"[\s/#-]")
    numbers = f"array_to_string(regexp_extract_all({text}, '[0-9]+'), '-')"
    return {
        name: f"nullif({replaced(text, _GAPS)}, '')",
        f"{name}_street": f"nullif({street}, '')",
        f"{name}_numbers": f"nullif({numbers}, '')",
    }


EXPRESSIONS: dict[Kind, Callable[[str], dict[str, str]]] = {
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.POSTCODE: _plain,
    Kind.HOUSE_NUMBER: _plain,
    Kind.CODE: _plain,
    Kind.STATE: _place,
    Kind.SUBURB: _place,
    Kind.SEX: _sex,
    Kind.ADDRESS: _address,
}


def split_name_sql(name: str) -> tuple[str, str]:
    """Return SQL for given name and surname of a whole name in folded form.

    Chinese: one character, two for compound surnames; with 「·」 what stands before the first dot is the own name, what
    follows the father's; Latin: what follows a comma, else all but the last word.
    """
    bare = f"regexp_replace({name}, '^(mr|mrs|ms|miss|dr|prof)\\.? ', '')"
    is_han = f"regexp_matches({name}, '^[^ -~·]+$')"
    length = f"case when length({name}) > 2 and left({name}, 2) in ({values(compound_surnames())}) then 2 else 1 end"
    words = r"^(.*) (\S+)$"
    given = (
        f"nullif(trim(case when {is_han} then substr({name}, 1 + {length}) when contains({name}, '·') "
        f"then split_part({name}, '·', 1) when contains({bare}, ',') then split_part({bare}, ',', 2) "
        f"when contains({bare}, ' ') then regexp_extract({bare}, {value(words)}, 1) else {bare} end), '')"
    )
    family = (
        f"nullif(trim(case when {is_han} then left({name}, {length}) when contains({name}, '·') "
        f"then substr({name}, instr({name}, '·') + 1) when contains({bare}, ',') then split_part({bare}, ',', 1) "
        f"else regexp_extract({bare}, {value(words)}, 2) end), '')"
    )
    return given, family
