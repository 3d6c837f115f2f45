"""Addresses of the service desk."""

from django.urls import path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views import board, calendar, clusters, orders, settings
from keyuan.service.views.chat.routes import chat_urls
from keyuan.service.views.follow_ups.routes import follow_up_urls
from keyuan.service.views.improvement.routes import improvement_urls
from keyuan.service.views.knowledge.routes import knowledge_urls
from keyuan.service.views.mail.routes import mail_urls

app_name = "service"
urlpatterns = [
    *list_urls(lists["work-orders"], "orders/"),
    *list_urls(lists["work-order-archive"], "archive/"),
    path("orders/new/", orders.order_new, name="order-new"),
    path("orders/next/", orders.take_next, name="take-next"),
    path("orders/calendar/", calendar.order_calendar, name="order-calendar"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/act/<str:action_key>/", orders.order_act, name="order-act"),
    path("orders/<int:order_id>/line/", orders.order_line, name="order-line"),
    path("orders/<int:order_id>/file/", orders.order_file, name="order-file"),
    path("of-customer/<int:customer_id>/", orders.customer_orders, name="customer-orders"),
    path("of-customer/<int:customer_id>/new/", orders.customer_order_new, name="customer-order-new"),
    *improvement_urls(),
    *knowledge_urls(),
    *chat_urls(),
    *follow_up_urls(),
    *mail_urls(),
    path("board/", board.board, name="board"),
    path("complaints/", board.complaint_figures, name="complaint-figures"),
    path("complaints/alike/", clusters.cluster_list, name="clusters"),
    path("complaints/alike/<int:cluster_id>/", clusters.cluster, name="cluster"),
    path("settings/likeness/<slug:likeness_kind>/", clusters.threshold, name="likeness-threshold"),
    path("orders/<int:order_id>/callback/", clusters.callback_reveal, name="callback-reveal"),
    path("elsewhere/", board.other_work, name="other-work"),
    path("settings/", settings.settings, name="settings"),
    path("settings/targets/", settings.target_save, name="target-save"),
    path("settings/targets/<int:target_id>/drop/", settings.target_drop, name="target-drop"),
    path("settings/<slug:setup_part>/new/", settings.entry_new, name="setting-new"),
    path("settings/<slug:setup_part>/<int:entry_id>/", settings.entry_edit, name="setting-edit"),
]
