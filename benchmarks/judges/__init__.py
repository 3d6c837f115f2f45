"""The models' figures on public data, each by one command: what docs/analytics.md states is reproduced here."""
