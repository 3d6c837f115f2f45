"""Tests in Chromium against a running server."""
