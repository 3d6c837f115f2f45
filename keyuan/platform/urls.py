"""Addresses of the platform's own pages; the engines add their parts."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
