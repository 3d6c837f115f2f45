"""Model fields for sealed values and their blind indexes."""

from typing import TYPE_CHECKING, Any

from django.db import models

from keyuan.platform.crypto.sealed import Sealed, sealed_from_text

if TYPE_CHECKING:
    Binary = models.BinaryField[Any, Any]
    BigInteger = models.BigIntegerField[Any, Any]
else:
    Binary, BigInteger = models.BinaryField, models.BigIntegerField


class SealedField(Binary):
    """A sealed personal value; loads as `Sealed`, takes text or `Sealed`. No sorting or filtering (decision 4)."""

    def __init__(self, field_key: str, **kwargs: Any) -> None:
        self.field_key = field_key
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.field_key, *args], kwargs

    def from_db_value(self, value: Any, *_context: Any) -> Sealed | None:
        """Wrap the stored bytes."""
        return Sealed(self.field_key, bytes(value)) if value else None

    def to_python(self, value: Any) -> Any:
        """Accept text, `Sealed` or None."""
        if isinstance(value, str):
            return sealed_from_text(self.field_key, value)
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal text on its way to the table; the saved object holds the seal and no longer the plain text."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = sealed_from_text(self.field_key, value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Store the sealed bytes; text is sealed here, so that nothing reaches a table in plain."""
        if isinstance(value, str):
            value = sealed_from_text(self.field_key, value)
        if isinstance(value, Sealed):
            value = value.blob
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every lookup but "is it there": a sealed column cannot be searched."""
        if lookup_name != "isnull":
            raise TypeError(f"a sealed field cannot be looked up by {lookup_name}")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        """Serialise as the mask; fixtures never carry plain text."""
        return str(self.value_from_object(obj) or "")


class BlindIndexField(BigInteger):
    """The 64-bit token of a sealed value beside it; see `keyuan.platform.crypto.index`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)
