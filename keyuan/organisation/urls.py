"""Addresses of the organisation pages and sign-in."""

from django.urls import URLPattern

app_name = "organisation"
urlpatterns: list[URLPattern] = []
