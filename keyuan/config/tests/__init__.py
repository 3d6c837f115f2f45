"""Tests of settings, set-up, command and supervisor."""
