"""Counters behind business numbers (decision 13)."""

from django.db import models


class NumberCounter(models.Model):
    """How many numbers of one series were given out."""

    series = models.CharField(max_length=40, primary_key=True)
    used = models.BigIntegerField(default=0)
