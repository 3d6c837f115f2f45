"""Sentences of what the API itself refuses; everything else is worded where it is refused."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "api.unreadable": _("The body of the request is no sound JSON."),
    "api.no_credential": _("Send a token or a key: get a token at /api/v1/oauth/token, or ask your administrator."),
    "api.credential": _("This token or key is not valid, or no longer. Get a new token, or ask your administrator."),
    "api.network": _("Calls from %(address)s are not allowed for this client."),
    "api.scope": _("The token or the client's post lacks the permission %(permission)s."),
    "api.method": _("This address does not know the method; the header Allow says which ones it knows."),
    "api.not_acceptable": _("The answer exists as %(media_type)s only; allow it in the header Accept."),
    "api.too_large": _("The body of the request is too large; divide it."),
    "api.media_type": _("Send the body as %(media_type)s and say so in the header Content-Type."),
    "api.invalid": _("Some values are not right; the list of errors says which and why."),
    "api.too_many": _("Too many requests; the header Retry-After says in how many seconds to come back."),
    "api.broken": _("Something failed on our side. Try again later; if it stays, tell us the request_id."),
    "api.unavailable": _("The service is not available just now. Try again in a moment."),
    "api.no_condition": _("Send the ETag of what you have read in the header If-Match, so that nobody is overwritten."),
    "api.text_unsound": _("A text holds characters that cannot be kept, such as NUL."),
    "api.field_missing": _("This field is needed."),
    "api.field_unknown": _("This field is not known here."),
    "api.field_invalid": _("This value cannot be read."),
    "api.text": _("A text is needed."),
    "api.text_long": _("At most %(max_length)s characters are kept."),
    "api.text_short": _("At least %(min_length)s characters are needed."),
    "api.rows_many": _("At most %(max_length)s entries are taken at once."),
    "api.rows_few": _("At least %(min_length)s entries are needed."),
    "api.choice": _("This is none of the values that are possible here."),
    "api.whole": _("A whole number is needed."),
    "api.flag": _("Only true and false are possible."),
    "api.least": _("At least %(ge)s is needed."),
    "api.most": _("At most %(le)s is possible."),
    "api.pattern": _("The value does not have the form that is needed."),
    "api.date": _("Write a date as 2026-03-16 and a moment as 2026-03-16T09:30:00+08:00."),
    "api.parameter": _("This parameter is not known here."),
    "api.filter": _("This filter does not know the value."),
    "api.sort": _("Possible orders are %(known)s, each also with a minus before it."),
    "api.limit": _("A page holds between 1 and %(most)s rows."),
    "api.cursor": _("This cursor does not belong to this list with these filters; begin with the first page."),
    "import.keys": _("Without a key nobody can tell which record a row means. Send one of: %(keys)s."),
    "replay.key": _("An Idempotency-Key is a text of 1 to %(most)s visible characters."),
    "replay.running": _("The same request is being worked on; try again in a moment."),
    "replay.other_request": _("This Idempotency-Key was used for a different request; take a new one."),
}


def register() -> None:
    """Word the codes."""
    add_sentences(SENTENCES)
