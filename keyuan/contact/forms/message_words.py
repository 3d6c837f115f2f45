"""What pages say of messages: states, reasons, refusals."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact.models import Message, MessageProvider, TemplateVersion
from keyuan.contact.rules.messages.variables import Source, VariableKind
from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences, has_sentence, say_code

STATES = {
    Message.Status.QUEUED: (pgettext_lazy("message", "Waits to be sent"), "accent"),
    Message.Status.SENDING: (_("Being handed over"), "accent"),
    Message.Status.SENT: (pgettext_lazy("message", "Handed over"), "ok"),
    Message.Status.DELIVERED: (_("Delivered"), "ok"),
    Message.Status.FAILED: (_("Not delivered"), "bad"),
    Message.Status.CANCELLED: (pgettext_lazy("message", "Stopped"), "off"),
    Message.Status.UNKNOWN: (_("In doubt"), "warn"),
}
VERSION_STATES = {
    TemplateVersion.Status.DRAFT: (pgettext_lazy("template", "Being written"), "off"),
    TemplateVersion.Status.WAITING: (_("Waits for approval"), "warn"),
    TemplateVersion.Status.APPROVED: (_("In use"), "ok"),
    TemplateVersion.Status.REFUSED: (_("Not approved"), "bad"),
    TemplateVersion.Status.RETIRED: (_("Replaced"), "off"),
}
LANGUAGES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
PROVIDER_KINDS = {
    MessageProvider.Kind.OUTBOX: _("Local outbox (sends nothing)"),
    MessageProvider.Kind.SMTP: _("Mail server (SMTP)"),
    MessageProvider.Kind.SMS_HTTP: _("Text message gateway (HTTP)"),
    MessageProvider.Kind.WECOM: _("WeChat Work"),
}
VARIABLE_KINDS = {
    VariableKind.TEXT: _("Text"),
    VariableKind.DATE: pgettext_lazy("variable", "Day"),
    VariableKind.MONEY: _("Amount in yuan"),
    VariableKind.NUMBER: _("Number"),
    VariableKind.LINK: _("Link (https)"),
}
#: Places that the record fills; they need no declaration.
AUTOMATIC = {
    Source.CUSTOMER_NAME: _("Customer name"),
    Source.SALUTATION: _("Salutation (Mr, Ms)"),
    Source.SERVICE_PERSON: _("Service person"),
    Source.SERVICE_UNIT: _("Unit that serves"),
    Source.TODAY: _("Today"),
    Source.COMPANY: _("Company"),
    Source.HOTLINE: _("Service line"),
}
#: Why a message is where it is.
BECAUSE = {
    "person": _("Stopped by hand"),
    "expired": _("It waited too long"),
    "no_permit": _("No permit"),
    "taken_back": _("The permit was taken back"),
    "withdrawn_consent": _("The consent was withdrawn"),
    "withdrawn_refusal": _("The customer refused contacts"),
    "no_address": _("No usable address"),
    "outage": _("The provider is out of order; it goes on by itself"),
    "later": _("The provider asked to try later"),
    "tries_used_up": _("All tries failed"),
    "bad_address": _("The address does not exist"),
    "refused_by_provider": _("The provider refused the message"),
    "no_answer": _("It was handed over and no answer came"),
    "interrupted": _("Sending was interrupted after the hand-over"),
    "bounced": _("It came back"),
    "not_delivered": _("The network could not deliver it"),
    "again": _("To be sent again"),
    "decided_sent": _("Decided: it went out"),
    "decided_drop": _("Decided: it did not go out"),
}
RESULTS = {
    "ACCEPTED": _("Taken"),
    "DELIVERED": _("Delivered"),
    "LATER": _("Try later"),
    "BAD_ADDRESS": _("The address does not exist"),
    "REFUSED": pgettext_lazy("message", "Refused"),
    "OUTAGE": _("Provider out of order"),
    "UNKNOWN": _("No answer"),
}
SENTENCES = {
    "template.not_found": _("There is no such template."),
    "template.code": _("The code takes small Latin letters, digits and hyphens, 40 at most. Example: renewal-7-days"),
    "template.code_taken": _("There is a template with the code %(code)s already. Choose another one."),
    "template.channel": _("Messages go by text message, mail or WeChat Work. Choose one of them."),
    "template.purpose": _("This purpose is not open for this channel. Choose another purpose or channel."),
    "template.variable_name": _(
        "“%(name)s” is no name of a place: begin with a small Latin letter, then letters, digits and underscores."
    ),
    "template.variable_twice": _("The place %(name)s is declared twice. Remove one."),
    "template.variable_many": _("A template has at most %(most)s places."),
    "template.variable_kind": _("Choose what the place %(name)s holds."),
    "template.variable_unused": _("The text does not use %(name)s. Use it or remove its row."),
    "template.subject_long": _("The subject is longer than %(most)s characters. Shorten it."),
    "template.brace": _("A brace stands alone. Write places as {name}, and a brace itself twice."),
    "template.place_unknown": _("{%(name)s} is not declared. Add a row for it below, or correct the name."),
    "template.empty": _("Write the text in at least one language."),
    "template.no_subject": _("Mail needs a subject in each language."),
    "template.long": _("The text is longer than %(most)s characters. Shorten it."),
    "template.sign": _("The company's sign in 【】 is put on by itself. Remove it from the text."),
    "template.words": _("These words may not be used in messages about insurance: %(words)s. Rephrase the text."),
    "template.moved_on": _("Somebody changed the template in the meantime. Look at where it stands now."),
    "template.no_draft": _("No version is being written."),
    "template.not_waiting": _("No version waits for approval."),
    "template.own": _("You wrote this version. A second person has to approve it."),
    "template.reason": _("Say what has to be changed."),
    "template.first_version": _("This is the only version. Take the template out of use instead."),
    "template.waits": _("The message template %(name)s waits for your approval."),
    "template.approved": _("Your message template %(name)s was approved."),
    "template.refused": _("Your message template %(name)s was not approved."),
    "message.not_found": _("There is no such message."),
    "message.no_version": _("Nobody has approved this template yet, or it is out of use. Choose another one."),
    "message.too_many": _("One call sends at most %(most)s messages. Send the rest with another call."),
    "message.no_address": _("The customer has no usable address for this channel. Add one in the contact data."),
    "message.words": _("These words may not be used in messages about insurance: %(words)s. Change what you entered."),
    "message.key_reused": _("This key stood for another message before. Use a new one."),
    "message.value_missing": _("%(name)s is missing. Fill it in."),
    "message.value_long": _("%(name)s is longer than %(most)s characters. Shorten it."),
    "message.value_unknown": _("The template has no place %(name)s. Remove it."),
    "message.value_date": _("%(name)s is no day. Write it as 2026-03-16."),
    "message.value_money": _("%(name)s is no amount in yuan. Write it as 1234.50."),
    "message.value_number": _("%(name)s is no number."),
    "message.value_link": _("%(name)s is no safe link. It begins with https://"),
    "message.has_left": _("The message has left or was stopped already. Look at where it stands now."),
    "message.not_failed": _("Only a failed or stopped message can be sent again."),
    "message.not_in_doubt": _("The message is no longer in doubt. Look at where it stands now."),
    "message.decision": _("Choose what became of the message."),
    "message.reason": _("Say how you know."),
    "message.not_queued": _("It has left or was stopped already"),
    "provider.not_found": _("There is no such provider."),
    "provider.key": _("The key takes small Latin letters, digits and hyphens, 30 at most. Example: mail-main"),
    "provider.key_taken": _("There is a provider with this key already. Choose another one."),
    "provider.channel": _("This kind of provider does not carry this channel. Choose another one."),
    "provider.rate": _("Enter 0 to 100,000 messages a minute (0: no limit) and 1 to 16 connections."),
    "provider.config_missing": _("This setting is missing. Fill it in."),
    "provider.config_wrong": _("This setting cannot be right. Compare it with the help below."),
    "provider.config_address": _("The address begins with https:// and names a host."),
    "provider.config_secret": _("This is no name of a secret: letters, digits, dots and hyphens, without folders."),
    "provider.moved_on": _("Somebody changed the provider in the meantime. Look at where it stands now."),
    "messages.sign": _("Enter the sign without 【】; they are put on by themselves."),
    "messages.public_url": _("The public address begins with https://"),
    "messages.moved_on": _("Somebody changed the settings in the meantime. Look at where they stand now."),
    "reports.too_many": _("One call reports at most %(most)s messages."),
    "bounces.encoding": _("The file is neither UTF-8 nor GB18030. Save it as CSV UTF-8."),
    "bounces.column": _("The file needs a column message_id with the references of the messages."),
    "bounces.too_many": _("A file holds at most %(most)s rows. Cut it into parts."),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)


def message_state(message: Any) -> Status:
    """Say where a message stands."""
    return Status(*STATES[Message.Status(message.status)])


def version_state(status: str) -> Status:
    """Say where a version stands."""
    return Status(*VERSION_STATES[TemplateVersion.Status(status)])


def because_word(code: str) -> str:
    """Say why a message is where it is; the reasons of permits in their own words."""
    if not code or code in BECAUSE:
        return str(BECAUSE.get(code, ""))
    sentence = f"permit.reason.{code}"
    if has_sentence(sentence):
        return say_code(sentence, {"holder": "", "days": "", "most": "", "until": ""})
    return str(BECAUSE["taken_back"])
