"""The ground the rows stand on in the tests: the run's own templates."""

import os

import pytest

from tests.chaos.ground import Ground


@pytest.fixture
def ground(database_kind: str, server: str, template: str) -> Ground:
    return Ground(database_kind, template, server, f"chaos_{os.getpid()}")
