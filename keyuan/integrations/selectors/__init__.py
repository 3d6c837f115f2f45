"""Selectors of connectors."""

from keyuan.integrations.selectors.connectors import access_connector, connectors_visible_to
from keyuan.integrations.selectors.deliveries import access_delivery, deliveries_visible_to

__all__ = ["access_connector", "access_delivery", "connectors_visible_to", "deliveries_visible_to"]
