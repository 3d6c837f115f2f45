"""Models of webhooks."""

from keyuan.api.models.webhook_delivery import WebhookDelivery, WebhookMessage, WebhookRun
from keyuan.api.models.webhook_endpoint import WebhookEndpoint, WebhookPolicy

__all__ = ["WebhookDelivery", "WebhookEndpoint", "WebhookMessage", "WebhookPolicy", "WebhookRun"]
