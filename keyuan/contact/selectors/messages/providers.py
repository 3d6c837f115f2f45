"""Reads of providers and of the settings of messages."""

from django.db.models import QuerySet

from keyuan.contact import permissions
from keyuan.contact.models import MessagePolicy, MessageProvider
from keyuan.contact.rules.messages.words import PROHIBITED
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def policy() -> MessagePolicy:
    """Return what is decided for all messages; defaults where nobody decided."""
    return MessagePolicy.objects.first() or MessagePolicy(pk=1)


def prohibited_words(row: MessagePolicy | None = None) -> tuple[str, ...]:
    """Return the words that no message may use: the list as edited, or the one that the law's practice gives."""
    return tuple((row or policy()).words) or PROHIBITED


def providers_visible_to(actor: Actor) -> QuerySet[MessageProvider]:
    """Return the providers, for posts that keep them."""
    rows = MessageProvider.objects.all()
    return rows if actor.may(permissions.PROVIDERS) else rows.none()


def access_provider(actor: Actor, provider_id: int, *, lock: bool = False) -> MessageProvider:
    """Return one provider. Raises NotFound."""
    rows = providers_visible_to(actor)
    found = (rows.select_for_update() if lock else rows).filter(pk=provider_id).first()
    if found is None:
        raise NotFound("provider.not_found")
    return found


def provider_of(channel: str) -> MessageProvider | None:
    """Return the provider that carries a channel's messages, None when none is active."""
    return MessageProvider.objects.filter(channel=channel, is_active=True).order_by("order", "pk").first()


def provider_by_key(key: str) -> MessageProvider | None:
    """Return the active provider with a key, for reports that prove where they come from."""
    return MessageProvider.objects.filter(key=key, is_active=True).first()


def mail_provider() -> MessageProvider:
    """Return the provider that carries mail. Raises NotFound when there is none."""
    found = provider_of("EMAIL")
    if found is None:
        raise NotFound("provider.not_found")
    return found
