"""Addresses of the duplicates and merges."""

from django.urls import URLPattern, path

from keyuan.customers.views.merging import batches, merges, queue, rules, runs
from keyuan.platform.lists import list_urls, lists

merging_urls: list[URLPattern] = [
    *list_urls(lists["duplicates"], "duplicates/"),
    path("duplicates/<int:pair_id>/", queue.duplicate, name="duplicate"),
    path("duplicates/<int:pair_id>/merge/", queue.merge_pair, name="duplicate-merge"),
    path("duplicates/<int:pair_id>/distinct/", queue.distinct, name="duplicate-distinct"),
    path("duplicates/<int:pair_id>/reopen/", queue.reopen, name="duplicate-reopen"),
    *list_urls(lists["merges"], "merges/"),
    path("merges/<int:merge_id>/", merges.merge, name="merge"),
    path("merges/<int:merge_id>/undo/", merges.merge_undo, name="merge-undo"),
    path("merges/<int:merge_id>/reviewed/", merges.merge_reviewed, name="merge-reviewed"),
    *list_urls(lists["merge-batches"], "merge-batches/"),
    path("merge-batches/new/", batches.batch_create, name="merge-batch-create"),
    path("merge-batches/<int:merge_batch_id>/", batches.batch, name="merge-batch"),
    *(
        path(f"merge-batches/<int:merge_batch_id>/{step}/", batches.batch_step, {"step": step}, f"merge-batch-{step}")
        for step in batches.STEPS
    ),
    *list_urls(lists["linkage-runs"], "linkage-runs/"),
    path("linkage-runs/new/", runs.linkage_run_create, name="linkage-run-create"),
    path("linkage-runs/<int:job_id>/", runs.linkage_run, name="linkage-run"),
    path("merge-rules/", rules.rules, name="merge-rules"),
    path("<int:customer_id>/merges/", merges.merges, name="merges"),
    path("<int:customer_id>/same-as/", merges.propose, name="same-as"),
]
