"""Ways out behind one interface: mail, text messages, WeChat Work, and the outbox that sends nothing (PLT-11)."""

from keyuan.contact.drivers.senders.opening import ConfigError, check_config, open_sender
from keyuan.contact.drivers.senders.parcel import Parcel, Sender

__all__ = ["ConfigError", "Parcel", "Sender", "check_config", "open_sender"]
