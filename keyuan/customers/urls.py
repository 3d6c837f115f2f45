"""Addresses of the customers pages."""

from django.urls import URLPattern

from keyuan.platform.lists import list_urls, lists

app_name = "customers"
urlpatterns: list[URLPattern] = [
    *list_urls(lists["customers"]),
    *list_urls(lists["interactions"], "interactions/"),
]
