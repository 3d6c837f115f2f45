"""Addresses of mail."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views.mail import log, mailboxes, threads


def mail_urls() -> list[URLPattern]:
    """Return the addresses of mailboxes, the log, and mails of orders."""
    return [
        *list_urls(lists["service-mails"], "mails/"),
        path("mails/blocked/", log.mail_blocked, name="mail-blocked"),
        path("mails/blocked/<int:blocked_id>/drop/", log.mail_unblock, name="mail-unblock"),
        path("mails/<int:mail_id>/", log.mail, name="mail"),
        path("mails/<int:mail_id>/release/", log.mail_release, name="mail-release"),
        path("mails/<int:mail_id>/block/", log.mail_block, name="mail-block"),
        path("mails/<int:mail_id>/again/", log.mail_again, name="mail-again"),
        path("mails/<int:mail_id>/doubt/", log.mail_doubt, name="mail-doubt"),
        path("mails/<int:mail_id>/write/", threads.mail_write, name="mail-write"),
        path("mails/<int:mail_id>/keep/", threads.mail_keep, name="mail-keep"),
        path("mails/<int:mail_id>/take-back/", threads.mail_take_back, name="mail-take-back"),
        path("mails/<int:mail_id>/discard/", threads.mail_discard, name="mail-discard"),
        path("mails/<int:mail_id>/file/", threads.mail_file, name="mail-file"),
        path("orders/<int:order_id>/mails/", threads.order_mails, name="order-mails"),
        path("orders/<int:order_id>/mails/begin/", threads.mail_begin, name="mail-begin"),
        path("orders/<int:order_id>/customer/<int:customer_id>/", threads.name_customer, name="order-customer"),
        path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
        path("mailboxes/new/", mailboxes.mailbox_new, name="mailbox-new"),
        path("mailboxes/<int:mailbox_id>/", mailboxes.mailbox, name="mailbox"),
        path("mailboxes/<int:mailbox_id>/try/", mailboxes.mailbox_try, name="mailbox-try"),
        path("mailboxes/<int:mailbox_id>/look/", mailboxes.mailbox_look, name="mailbox-look"),
    ]
