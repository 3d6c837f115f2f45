"""Addresses of money: ledger, suspense, refunds and their batches."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.policies.views.ledger import pages as ledger
from keyuan.policies.views.refunds import pages as refunds
from keyuan.policies.views.suspense import pages as suspense
from keyuan.policies.views.write_offs import pages as write_offs

urlpatterns = [
    *list_urls(lists["ledger"], "ledger/"),
    path("ledger/limits/", ledger.limits, name="money-rules"),
    path("<int:policy_id>/ledger/", ledger.policy_ledger, name="policy-ledger"),
    *list_urls(lists["suspense"], "suspense/"),
    path("suspense/new/", suspense.item_create, name="suspense-create"),
    path("suspense/<int:suspense_id>/", suspense.item_detail, name="suspense-item"),
    path("suspense/<int:suspense_id>/place/<slug:act>/", suspense.item_move, name="suspense-move"),
    path("suspense/<int:suspense_id>/moves/<int:move_id>/", suspense.move_decide, name="suspense-decide"),
    *list_urls(lists["refund-batches"], "refunds/batches/"),
    path("refunds/batches/new/", refunds.batch_create, name="refund-batch-create"),
    path("refunds/batches/<int:refund_batch_id>/", refunds.batch_detail, name="refund-batch"),
    path("refunds/batches/<int:refund_batch_id>/release/", refunds.batch_release, name="refund-batch-release"),
    path("refunds/batches/<int:refund_batch_id>/cancel/", refunds.batch_cancel, name="refund-batch-cancel"),
    path("refunds/batches/<int:refund_batch_id>/file/", refunds.batch_file, name="refund-batch-file"),
    path("refunds/batches/<int:refund_batch_id>/results/", refunds.batch_results, name="refund-batch-results"),
    *list_urls(lists["refunds"], "refunds/"),
    path("refunds/<int:refund_id>/", refunds.refund_detail, name="refund"),
    path("refunds/<int:refund_id>/payee/", refunds.refund_payee, name="refund-payee"),
    *list_urls(lists["write-offs"], "write-offs/"),
    path("write-offs/<int:write_off_id>/", write_offs.write_off_detail, name="write-off"),
    path("write-offs/<int:write_off_id>/decide/", write_offs.write_off_decide, name="write-off-decide"),
    path("write-offs/<int:write_off_id>/reverse/", write_offs.write_off_reverse, name="write-off-reverse"),
    path("<int:policy_id>/write-offs/new/", write_offs.write_off_create, name="write-off-create"),
]
