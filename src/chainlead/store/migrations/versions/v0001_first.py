"""The first layout.

Until the first release this one file is the layout; after it each change is a new file.
"""

from alembic import op

from chainlead.store.tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Remove all tables."""
    METADATA.drop_all(op.get_bind())
