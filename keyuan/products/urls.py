"""Addresses of the catalogue."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.products.views import acts, compare, packages, pages, rates

app_name = "products"
urlpatterns = [
    *list_urls(lists["products"]),
    *list_urls(lists["sale-requests"], "requests/"),
    *list_urls(lists["packages"], "packages/"),
    path("compare/", compare.compare, name="compare"),
    path("calculator/", rates.calculator, name="calculator"),
    path("requests/<int:sale_request_id>/decide/", acts.request_decide, name="request-decide"),
    path("requests/<int:sale_request_id>/withdraw/", acts.request_withdraw, name="request-withdraw"),
    path("packages/new/", packages.package_create, name="package-create"),
    path("packages/<int:package_id>/", packages.package_detail, name="package-detail"),
    path("packages/<int:package_id>/edit/", packages.package_edit, name="package-edit"),
    path("packages/<int:package_id>/release/", packages.package_release, name="package-release"),
    path("packages/<int:package_id>/stop/", packages.package_stop, name="package-stop"),
    path("papers/<int:clause_id>/files/add/", acts.paper_file_add, name="paper-file-add"),
    path("papers/<int:clause_id>/files/<int:file_id>/remove/", acts.paper_file_remove, name="paper-file-remove"),
    path("<int:product_id>/sale/ask/", acts.sale_ask, name="sale-ask"),
    path("<int:product_id>/sale/stop/", acts.sale_stop, name="sale-stop"),
    path("<int:product_id>/parts/<slug:part>/new/", acts.part_create, name="part-create"),
    path("<int:product_id>/parts/<slug:part>/<int:part_id>/", acts.part_edit, name="part-edit"),
    path("<int:product_id>/parts/<slug:part>/<int:part_id>/remove/", acts.part_remove, name="part-remove"),
    path("<int:product_id>/rates/new/", rates.rates_upload, name="rates-upload"),
    path("<int:product_id>/rates/<int:table_id>/", rates.rates_detail, name="rates-detail"),
    path("<int:product_id>/rates/<int:table_id>/findings/", rates.rates_findings, name="rates-findings"),
    path("<int:product_id>/rates/<int:table_id>/release/", rates.rates_release, name="rates-release"),
    path("<int:product_id>/rates/<int:table_id>/withdraw/", rates.rates_withdraw, name="rates-withdraw"),
    path("new/", pages.product_create, name="product-create"),
    path("<int:product_id>/", pages.product_detail, name="product-detail"),
    path("<int:product_id>/edit/", pages.product_edit, name="product-edit"),
]
