"""Rules of messages: what a template may say, how long it is, when it is tried again (PLT-11)."""
