"""Addresses of renewal premiums."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views.renewal_premiums import pages

urlpatterns = [
    *list_urls(lists["renewal-premiums"], "renewal-premiums/"),
    path("renewal-premiums/ladder/", pages.ladder, name="premium-ladder"),
    path("renewal-premiums/<int:policy_id>/", pages.premium_detail, name="renewal-premium"),
    path("renewal-premiums/<int:policy_id>/remind/", pages.premium_remind, name="premium-remind"),
    path("renewal-premiums/<int:policy_id>/acts/<int:premium_act_id>/undo/", pages.premium_undo, name="premium-undo"),
]
