"""Copy all tables from one place to another, and prove that the copy is equal."""

from chainlead.errors import StoreError
from chainlead.store.database import Store
from chainlead.store.long_pass import long_pass
from chainlead.store.tables import METADATA


def copy_tables(source: Store, target: Store) -> dict[str, str]:
    """Fill empty tables with the rows of another store, all of them or nothing.

    Returns:
        The digest of each table, which both stores have.

    Raises:
        StoreError: the target refused, or reading it again gives other rows.
    """
    with long_pass():
        with target.transaction():
            for table in sorted(METADATA.tables):
                target.insert(table, source.rows(table))
        digests = source.table_digests()
        copied = target.table_digests()
    unlike = sorted(table for table in digests if digests[table] != copied[table])
    if unlike:
        raise StoreError(
            f"The copy of the tables has other rows in {', '.join(unlike)}.",
            safe="The case is as before.",
            next_step="Run `chainlead verify` on the case, then try again.",
        )
    return digests
