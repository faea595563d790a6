"""Alembic looks for this file; `chainlead.store.migrate` runs the migrations itself."""
