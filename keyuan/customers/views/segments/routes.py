"""Addresses of segments and tags, below the customers' own (CUS-6)."""

from django.urls import URLPattern, path

from keyuan.customers.views.segments import builder, catalogue, page, record_tags
from keyuan.platform.lists import list_urls, lists

ROUTES: list[URLPattern] = [
    path("segments/new/", builder.segment_create, name="segment-create"),
    path("segments/from-cell/", builder.segment_from_cell, name="segment-from-cell"),
    path("segments/count/", builder.segment_count, name="segment-count"),
    path("segments/options/<slug:kind>/", builder.segment_options, name="segment-options"),
    *list_urls(lists["segments"], "segments/"),
    path("segments/<int:segment_id>/", page.segment, name="segment"),
    path("segments/<int:segment_id>/edit/", builder.segment_edit, name="segment-edit"),
    path("segments/<int:segment_id>/clone/", page.segment_clone, name="segment-clone"),
    path("segments/<int:segment_id>/freeze/", page.segment_freeze, name="segment-freeze"),
    path("segments/<int:segment_id>/keep/", page.segment_keep, name="segment-keep"),
    path("segments/<int:segment_id>/delete/", page.segment_delete, name="segment-delete"),
    path("segments/<int:segment_id>/undelete/", page.segment_undelete, name="segment-undelete"),
    path("segments/<int:segment_id>/versions/<int:version_number>/", page.segment_restore, name="segment-restore"),
    *list_urls(lists["tags"], "tags/"),
    path("tags/new/", catalogue.tag_create, name="tag-create"),
    path("tags/<int:tag_id>/", catalogue.tag, name="tag"),
    path("tags/<int:tag_id>/edit/", catalogue.tag_edit, name="tag-edit"),
    path("tags/<int:tag_id>/rule/", catalogue.tag_rule, name="tag-rule"),
    path("tags/<int:tag_id>/retire/", catalogue.tag_retire, name="tag-retire"),
    path("tags/<int:tag_id>/revive/", catalogue.tag_revive, name="tag-revive"),
    path("<int:customer_id>/tags/", record_tags.tags, name="tags"),
    path("<int:customer_id>/tags/add/", record_tags.tag_add, name="tag-add"),
    path("<int:customer_id>/tags/<int:tag_id>/remove/", record_tags.tag_remove, name="tag-remove"),
    path("<int:customer_id>/tags/<int:tag_id>/put-back/", record_tags.tag_put_back, name="tag-put-back"),
]
