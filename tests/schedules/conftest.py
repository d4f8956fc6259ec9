"""The same cast in the same shared database as the tests of the organisation."""

from tests.models.conftest import cast, database, database_url, shared_database

__all__ = ["cast", "database", "database_url", "shared_database"]
