"""Requests of persons about their data, deletion, retention (PLT-8; PIPL 44-50)."""
