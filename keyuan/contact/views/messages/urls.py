"""Addresses of the pages of messages."""

from django.urls import URLPattern, path

from keyuan.contact.views.messages import outbox, outside, providers, templates
from keyuan.platform.lists import list_urls, lists


def message_urls() -> list[URLPattern]:
    """Return the addresses; the lists must be registered."""
    one, row = "templates/<int:template_id>/", "outbox/<int:message_id>/"
    return [
        *list_urls(lists["message-templates"], "templates/"),
        *list_urls(lists["messages"], "outbox/"),
        *list_urls(lists["message-providers"], "providers/"),
        path("templates/new/", templates.template_new, name="template-new"),
        path("templates/preview/", templates.template_preview, name="template-preview"),
        path(one, templates.template, name="template"),
        path(f"{one}edit/", templates.template_edit, name="template-edit"),
        path(f"{one}submit/", templates.template_submit, name="template-submit"),
        path(f"{one}decide/", templates.template_decide, name="template-decide"),
        path(f"{one}retire/", templates.template_retire, name="template-retire"),
        path(f"{one}discard/", templates.template_discard, name="template-discard"),
        path("outbox/bounces/", providers.provider_bounces, name="bounces"),
        path(row, outbox.message, name="message"),
        path(f"{row}text/", outbox.message_text, name="message-text"),
        path(f"{row}cancel/", outbox.message_cancel, name="message-cancel"),
        path(f"{row}retry/", outbox.message_retry, name="message-retry"),
        path(f"{row}decide/", outbox.message_decide, name="message-decide"),
        path("of-customer/<int:customer_id>/messages/", outbox.customer_messages, name="customer-messages"),
        path("of-customer/<int:customer_id>/send/", outbox.customer_send, name="customer-send"),
        path("providers/new/", providers.provider_choose, name="provider-choose"),
        path("providers/new/<str:provider_kind>/", providers.provider_new, name="provider-new"),
        path("providers/settings/", providers.message_policy, name="message-policy"),
        path("providers/<int:provider_id>/", providers.provider, name="provider"),
        path("providers/<int:provider_id>/test/", providers.provider_test, name="provider-test"),
        path("reports/<str:provider_key>/", outside.provider_reports, name="provider-reports"),
        path("leave/<str:leave_token>/", outside.leave, name="leave"),
    ]
