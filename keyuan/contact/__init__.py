"""Reaching customers: consent, do-not-contact, contact rules and permits (PLT-8, MKT-9).

Whatever reaches a customer (a message, a letter, a call) takes a permit that only this context can make; contexts
above push holds down into it and ask ``services.permits``.
"""
