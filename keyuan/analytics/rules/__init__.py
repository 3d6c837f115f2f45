"""Rules of analytics: features, models and measures as functions from tables to tables; no Django."""
