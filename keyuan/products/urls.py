"""Addresses of the catalogue."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.products.views import pages

app_name = "products"
urlpatterns = [
    *list_urls(lists["products"]),
    path("new/", pages.product_create, name="product-create"),
    path("<int:product_id>/", pages.product_detail, name="product-detail"),
    path("<int:product_id>/edit/", pages.product_edit, name="product-edit"),
]
