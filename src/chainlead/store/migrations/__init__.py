"""Alembic migrations of the case database, one file per step."""
