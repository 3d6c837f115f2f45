"""Addresses of the customers pages."""

from django.urls import URLPattern, path

from keyuan.customers.views import (
    batch_query,
    contacting,
    editing,
    entering,
    family,
    files,
    home,
    panels,
    printing,
    record,
    search,
)
from keyuan.customers.views.accounts import panel as account_panel
from keyuan.customers.views.agenda import rules as task_rules
from keyuan.customers.views.agenda import team
from keyuan.customers.views.assignment.addresses import ADDRESSES
from keyuan.customers.views.classification import board as class_board
from keyuan.customers.views.classification import panel as class_panel
from keyuan.customers.views.classification import rules as class_rules
from keyuan.customers.views.merging.addresses import merging_urls
from keyuan.customers.views.quality.addresses import quality_urls
from keyuan.customers.views.scores import panel as score_panel
from keyuan.customers.views.segments.routes import ROUTES as SEGMENT_ROUTES
from keyuan.customers.views.standards import editions
from keyuan.customers.views.standards import panel as standard_panel
from keyuan.customers.views.timeline import timeline
from keyuan.customers.views.watching import panel as watch_panel
from keyuan.platform.lists import list_urls, lists

app_name = "customers"
urlpatterns: list[URLPattern] = [
    *list_urls(lists["customers"]),
    *list_urls(lists["interactions"], "interactions/"),
    *SEGMENT_ROUTES,
    *ADDRESSES,
    path("search/", search.search, name="search"),
    *list_urls(lists["batch-queries"], "batches/"),
    *list_urls(lists["batch-rows"], "batches/rows/"),
    path("batches/new/", batch_query.batch_create, name="batch-create"),
    path("batches/<int:query_id>/", batch_query.batch, name="batch"),
    path("classification/", class_board.board, name="classification"),
    path("classification/run/", class_board.run, name="classification-run"),
    path("classification/rules/", class_rules.rules, name="class-rules"),
    path("classification/rules/preview/", class_rules.preview, name="class-rules-preview"),
    path("<int:customer_id>/classification/", class_panel.panel, name="classification-panel"),
    path("today/", home.today, name="today"),
    path("today/tasks/", home.tasks_card, name="tasks-card"),
    path("tasks/", home.task_panel, name="task-panel"),
    *list_urls(lists["tasks"], "tasks/open/"),
    *list_urls(lists["closed-tasks"], "tasks/closed/"),
    path("tasks/team/", team.team_tasks, name="team-tasks"),
    *list_urls(lists["key-accounts"], "key-accounts/"),
    *list_urls(lists["watch-list"], "watch-list/"),
    path("<int:customer_id>/key-account/", account_panel.key_account, name="key-account"),
    path("<int:customer_id>/key-account/edit/", account_panel.key_account_edit, name="key-account-edit"),
    path("key-accounts/<int:account_id>/report/", account_panel.key_account_report, name="key-account-report"),
    path("key-accounts/<int:account_id>/review/", account_panel.key_account_review, name="key-account-review"),
    path("key-accounts/<int:account_id>/end/", account_panel.key_account_end, name="key-account-end"),
    path("<int:customer_id>/watch/", watch_panel.watch, name="watch"),
    path("<int:customer_id>/watch/propose/", watch_panel.watch_propose, name="watch-propose"),
    path("watch-list/<int:listing_id>/<slug:watch_step>/", watch_panel.watch_act, name="watch-act"),
    path("standards/", editions.standards, name="standards"),
    path("standards/draft/", editions.standard_draft, name="standard-draft"),
    path("standards/rate/", editions.standard_rate, name="standard-rate"),
    path("standards/<int:standard_number>/", editions.standard, name="standard"),
    path("standards/<int:standard_number>/preview/", editions.standard_preview, name="standard-preview"),
    path("standards/<int:standard_number>/issue/", editions.standard_issue, name="standard-issue"),
    path("standards/<int:standard_number>/drop/", editions.standard_drop, name="standard-drop"),
    *list_urls(lists["service-exceptions"], "exceptions/"),
    path("exceptions/<int:exception_id>/<slug:exception_step>/", standard_panel.exception_act, name="exception-act"),
    path("<int:customer_id>/exceptions/add/", standard_panel.exception_add, name="exception-add"),
    path("<int:customer_id>/entitlements/", standard_panel.entitlements, name="entitlements"),
    path(
        "<int:customer_id>/entitlements/<slug:item_code>/use/", standard_panel.entitlement_use, name="entitlement-use"
    ),
    path(
        "<int:customer_id>/entitlements/<int:use_id>/take-back/",
        standard_panel.entitlement_take_back,
        name="entitlement-take-back",
    ),
    path("tasks/rules/", task_rules.task_rules, name="task-rules"),
    path("tasks/rules/new/", task_rules.task_rule_new, name="task-rule-new"),
    path("tasks/rules/preview/", task_rules.task_rule_preview, name="task-rule-preview"),
    path("tasks/rules/run/", task_rules.task_rules_run, name="task-rules-run"),
    path("tasks/rules/<int:task_rule_id>/", task_rules.task_rule, name="task-rule"),
    path("enter/", entering.enter, name="enter"),
    path("enter/check/", entering.check, name="entry-check"),
    path("enter/places/", entering.places, name="places"),
    *merging_urls,
    *quality_urls,
    *list_urls(lists["customer-scores"], "scores/"),
    path("<int:customer_id>/score/", score_panel.panel, name="score-panel"),
    path("<int:customer_id>/", record.customer_page, name="customer"),
    path("<int:customer_id>/edit/", entering.edit, name="customer-edit"),
    path("<int:customer_id>/print/", printing.print_summary, name="print"),
    path("<int:customer_id>/archive/", panels.archive, name="archive"),
    path("<int:customer_id>/contacts/", panels.contacts, name="contacts"),
    path("<int:customer_id>/family/", family.family, name="family"),
    path("<int:customer_id>/service/", panels.service, name="service"),
    path("<int:customer_id>/timeline/", timeline, name="timeline"),
    path("<int:customer_id>/recent/", panels.recent, name="recent"),
    path("<int:customer_id>/next/", panels.next_steps, name="next-steps"),
    path("<int:customer_id>/needs/", panels.needs, name="needs"),
    path("<int:customer_id>/health/", panels.health, name="health"),
    path("<int:customer_id>/changes/", panels.changes, name="changes"),
    path("<int:customer_id>/looks/", panels.looks, name="looks"),
    path("<int:customer_id>/files/", files.files, name="files"),
    path("<int:customer_id>/files/add/", files.file_add, name="file-add"),
    path("<int:customer_id>/files/<int:file_id>/remove/", files.file_remove, name="file-remove"),
    path("<int:customer_id>/field/", editing.field_edit, name="field"),
    path("<int:customer_id>/reveal/<slug:part>/<int:row_id>/", editing.reveal, name="reveal"),
    path("<int:customer_id>/interactions/add/", contacting.interaction_add, name="interaction-add"),
    path("<int:customer_id>/tasks/add/", contacting.task_add, name="task-add"),
    path("<int:customer_id>/assign/", contacting.assign, name="assign"),
    path("<int:customer_id>/relations/add/", family.relation_add, name="relation-add"),
    path("relations/<int:relation_id>/remove/", family.relation_remove, name="relation-remove"),
    path("members/<int:member_id>/role/", family.member_role, name="member-role"),
    path("members/<int:member_id>/remove/", family.member_remove, name="member-remove"),
    path("contacts/<int:contact_id>/verify/", editing.contact_verify, name="contact-verify"),
    path("contacts/<int:contact_id>/invalid/", editing.contact_invalid, name="contact-invalid"),
    path("contacts/<int:contact_id>/restore/", editing.contact_restore, name="contact-restore"),
    path("tasks/<int:task_id>/done/", contacting.task_done, name="task-done"),
    path("tasks/<int:task_id>/drop/", contacting.task_drop, name="task-drop"),
    path("tasks/<int:task_id>/postpone/", contacting.task_postpone, name="task-postpone"),
    path("tasks/<int:task_id>/reopen/", contacting.task_reopen, name="task-reopen"),
]
