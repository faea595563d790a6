"""The tables of a team server: people, sessions, attempts to log in, members of cases, looks.

They are no part of any case: they have a collection of their own, so that no digest of a case knows
them. Moments are whole milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table

SCHEMA = "chainlead_team"
LAYOUT = 1
"""Raised with each change of these tables; a newer one is refused."""

TEAM_METADATA = MetaData(schema=SCHEMA)

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Only SQLite's own `INTEGER` counts up by itself there."""

marks = Table(
    "marks",
    TEAM_METADATA,
    Column("name", String, primary_key=True),
    Column("text", String, nullable=False),
)
"""The layout, and the secret that names and browsers are recognised by."""

people = Table(
    "people",
    TEAM_METADATA,
    Column("name", String, primary_key=True),
    Column("full_name", String, nullable=False),
    Column("password_hash", String),
    Column("must_change", Integer, nullable=False),
    Column("subject", String, unique=True),
    Column("is_admin", Integer, nullable=False),
    Column("is_disabled", Integer, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("code_digest", String, unique=True),
    Column("code_until", BigInteger),
)
"""`subject` is the person's name at the identity provider; `code_digest` of a one-time reset code."""

sessions = Table(
    "sessions",
    TEAM_METADATA,
    Column("digest", String, primary_key=True),
    Column("name", String, ForeignKey(people.c.name), nullable=False, index=True),
    Column("way", String, nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("address", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("reason", String, nullable=False),
)

attempts = Table(
    "attempts",
    TEAM_METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("way", String, nullable=False),
    Column("outcome", String, nullable=False),
)
"""`name` is empty where no such account exists: people type passwords into the wrong field."""

acts = Table(
    "acts",
    TEAM_METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("act", String, nullable=False),
    Column("name", String, nullable=False),
)
"""What was done with accounts, by whom."""

failures = Table(
    "failures",
    TEAM_METADATA,
    Column("subject", String, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False, index=True),
)
"""How often logging in failed for one name, address or browser, for the growing wait."""

flows = Table(
    "flows",
    TEAM_METADATA,
    Column("digest", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("verifier", String, nullable=False),
    Column("back", String, nullable=False),
    Column("made_at", BigInteger, nullable=False, index=True),
)
"""Logins that are under way at the identity provider; each is taken once."""

members = Table(
    "members",
    TEAM_METADATA,
    Column("case_key", String, primary_key=True),
    Column("name", String, ForeignKey(people.c.name), primary_key=True, index=True),
    Column("role", String, nullable=False),
    Column("since", BigInteger, nullable=False),
)

views = Table(
    "views",
    TEAM_METADATA,
    Column("case_key", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("page", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
)
"""Who looked at which page of a case, when and why; each look holds the digest of the one before."""

Index("views_by_name", views.c.name)
