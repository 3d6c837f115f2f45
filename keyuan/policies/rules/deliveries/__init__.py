"""Delivery of contracts (电销单证流转) as plain functions: states of a shipment, what a courier says (POL-8)."""
