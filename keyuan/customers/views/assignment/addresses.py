"""Addresses of allocation and hand-over, below /customers/."""

from django.urls import URLPattern, path

from keyuan.customers.views.assignment import allocating, leaving, people, receiving, rules
from keyuan.platform.lists import list_urls, lists

ADDRESSES: list[URLPattern] = [
    *list_urls(lists["orphans"], "orphans/"),
    path("orphans/board/", allocating.orphan_board, name="orphan-board"),
    path("orphans/search/", allocating.orphan_search, name="orphan-search"),
    *list_urls(lists["allocations"], "allocations/"),
    *list_urls(lists["allocation-items"], "allocations/customers/"),
    path("allocations/new/", allocating.allocation_create, name="allocation-create"),
    path("allocations/rules/", rules.allocation_rules, name="allocation-rules"),
    path("allocations/rules/new/", rules.allocation_rule_edit, name="allocation-rule-create"),
    path("allocations/rules/<int:rule_id>/", rules.allocation_rule_edit, name="allocation-rule"),
    path("allocations/rules/<int:rule_id>/move/", rules.allocation_rule_move, name="allocation-rule-move"),
    path("allocations/rules/<int:rule_id>/delete/", rules.allocation_rule_delete, name="allocation-rule-delete"),
    path("allocations/rules/<int:rule_id>/restore/", rules.allocation_rule_restore, name="allocation-rule-restore"),
    path("allocations/<int:allocation_id>/", allocating.allocation, name="allocation"),
    path("allocations/<int:allocation_id>/give/", allocating.allocation_give, name="allocation-give"),
    path("allocations/<int:allocation_id>/again/", allocating.allocation_again, name="allocation-again"),
    path("allocations/<int:allocation_id>/drop/", allocating.allocation_drop, name="allocation-drop"),
    path("allocations/<int:allocation_id>/undo/", allocating.allocation_undo, name="allocation-undo"),
    *list_urls(lists["receptions"], "receptions/"),
    path("receptions/<int:reception_id>/", receiving.reception, name="reception"),
    path("receptions/<int:reception_id>/accept/", receiving.reception_accept, name="reception-accept"),
    path("receptions/<int:reception_id>/return/", receiving.reception_return, name="reception-return"),
    *list_urls(lists["first-contacts"], "first-contacts/"),
    *list_urls(lists["handovers"], "handovers/"),
    *list_urls(lists["handover-items"], "handovers/things/"),
    path("handovers/new/", leaving.handover_create, name="handover-create"),
    path("handovers/<int:handover_id>/", leaving.handover, name="handover"),
    path("handovers/<int:handover_id>/print/", leaving.handover_print, name="handover-print"),
    path("agents/<int:agent_id>/profile/", people.service_profile, name="service-profile"),
    path("<int:customer_id>/pairings/add/", people.pairing_add, name="pairing-add"),
    path("<int:customer_id>/pairings/<int:pairing_id>/drop/", people.pairing_drop, name="pairing-drop"),
    path("<int:customer_id>/backups/add/", people.backup_add, name="backup-add"),
    path("<int:customer_id>/backups/<int:backup_id>/end/", people.backup_end, name="backup-end"),
]
