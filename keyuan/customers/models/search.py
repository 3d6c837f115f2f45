"""Narrow search tables (architecture §5): grams of the simplified name, and pinyin keys."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.platform.textfield import CodePointField


class NameGram(models.Model):
    """A one- or two-character gram (or first-and-third skip-gram) of a customer's simplified name."""

    gram = CodePointField(max_length=4)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=True)

    class Meta:
        indexes = [models.Index(fields=["gram", "customer"], name="name_gram")]


class NameKey(models.Model):
    """A pinyin (``F``) or initials (``I``) reading of a customer's name; every reading of a surname has a row."""

    kind = models.CharField(max_length=1)
    key = CodePointField(max_length=60)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "customer"], name="name_key")]
