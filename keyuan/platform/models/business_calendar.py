"""Business calendars: the published table of a year, and the opening hours of desks (SRV-2, domain.md §0.1)."""

from django.db import models


class HolidayYear(models.Model):
    """Days off and weekend days worked in exchange (调休) of one year, as ISO dates; they go before those that ship."""

    year = models.PositiveSmallIntegerField(unique=True)
    holidays = models.JSONField(default=list)
    working_days = models.JSONField(default=list)
    source = models.CharField(max_length=80, blank=True, default="")
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)


class BusinessCalendar(models.Model):
    """Opening hours by weekday (seven texts like "08:30-12:00 13:30-17:30"), on holidays, and on special days."""

    key = models.CharField(max_length=20, unique=True)
    week = models.JSONField(default=list)
    holiday = models.CharField(max_length=80, blank=True, default="")
    days = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
