"""Addresses of the products pages."""

from django.urls import URLPattern

app_name = "products"
urlpatterns: list[URLPattern] = []
