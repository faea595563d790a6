"""Persons of a case with the roles that people gave them, how long the case is kept, what was erased."""

from sqlalchemy import Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

persons = Table(
    "persons",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

person_roles = Table(
    "person_roles",
    METADATA,
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("person_id", String, nullable=False),
    Column("role", String, nullable=False),
    Column("why", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
)

retention = Table(
    "retention",
    METADATA,
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("review_on", String),
    Column("erase_on", String),
    Column("why", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
)

purges = Table(
    "purges",
    METADATA,
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("ordered_by", String, nullable=False),
    Column("confirmed_by", String, nullable=False),
    Column("why", String, nullable=False),
    Column("blob_count", Integer, nullable=False),
    Column("file_count", Integer, nullable=False),
)
