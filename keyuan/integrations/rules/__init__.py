"""Rules of connectors: what a delivery says, when it is due, whether it may load."""
