"""Kinds of fields that bodies and answers share: strict enough that the document says exactly what is read."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StrictBool
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from keyuan.api.kit.resource import LARGEST
from keyuan.kernel.actor import Actor, FieldLevel
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.presenter import MISSING, present

FIRST_YEAR, LAST_YEAR = 1900, 2199
#: Sort columns write "never" as year 1 and "nothing due" as year 9999.
NEVER, NOTHING_DUE = 1, 9999


class OneOf:
    """One of the codes of a label set; with ``empty``, an empty text clears the field."""

    def __init__(self, codes: Iterable[Any], *, empty: bool = True) -> None:
        own = [str(getattr(code, "value", code)) for code in codes]
        self.codes = ["", *own] if empty and "" not in own else own

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read exactly these codes."""
        return core_schema.literal_schema(self.codes)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say so."""
        return {"type": "string", "enum": list(self.codes)}


def _day(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None:
        raise PydanticCustomError("date_text", "not a date")
    return found


def _moment(value: Any) -> Any:
    if value is None or isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise PydanticCustomError("datetime_text", "not a moment")
    return found


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str) or (isinstance(value, float) and not value.is_integer()):
        raise PydanticCustomError("int_type", "not a whole number")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Flag = StrictBool
#: A record's number.
Number = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=LARGEST)]
#: An amount in minor units of CNY.
Amount = Annotated[int, BeforeValidator(_whole), Field(ge=-LARGEST, le=LARGEST)]
#: A small count.
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**31 - 1)]


def shown(actor: Actor, value: Any, field_key: str | None = None) -> str | None:
    """Return a value as the caller may see it, None where it is missing or hidden."""
    if not isinstance(value, Sealed) and reads_whole(actor, field_key):
        return str(value) if value not in (None, "") else None
    text = present(actor, value, field_key)
    return None if text == MISSING else text


def reads_whole(actor: Actor, field_key: str | None) -> bool:
    """Tell whether the caller reads an unsealed field without its mask, as the archive's page shows it."""
    if field_key not in PERSONAL_FIELDS:
        return True
    levels = (FieldLevel.REVEAL, FieldLevel.MASKED) if field_key in ("name", "birth_on", "income") else (
        FieldLevel.REVEAL,
    )  # fmt: skip
    return actor.level_of(field_key) in levels


def real_day(day: date | None) -> date | None:
    """Return a day of a sort column, None where it stands for never or nothing."""
    return None if day is None or day.year in (NEVER, NOTHING_DUE) else day
