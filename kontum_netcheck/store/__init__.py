"""Evidence, kept for years: append-only, in one file (SQLite) or on a server (PostgreSQL).

Nothing is imported here: `entries` works without a database, and only `store` loads SQLAlchemy.
"""
