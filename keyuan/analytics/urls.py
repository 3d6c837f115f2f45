"""Addresses of analytics; each area adds its own."""

from django.urls import URLPattern

app_name = "analytics"
urlpatterns: list[URLPattern] = []
