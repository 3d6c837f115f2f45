"""Models of connectors."""

from keyuan.integrations.models.connector import Connector
from keyuan.integrations.models.delivery import Delivery, DeliveryPart, DeliverySegment

__all__ = ["Connector", "Delivery", "DeliveryPart", "DeliverySegment"]
