"""The town served in this process, for tests that need no connection."""

from __future__ import annotations

import warnings

import pytest

from api.http.app import create_app
from api.run import run_study
from api.settings import Settings
from tests.support.town import write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


@pytest.fixture(scope="session")
def town_run(tmp_path_factory):
    folder = write_town(tmp_path_factory.mktemp("served_town"))
    return folder, run_study(folder)


@pytest.fixture
def served(town_run):
    """Make a client of the town, with settings of one's own."""
    made = []

    def serve(**settings) -> TestClient:
        folder, result = town_run
        client = TestClient(create_app(Settings(study=folder, **settings), result))
        made.append(client)
        return client.__enter__()

    yield serve
    for client in made:
        client.__exit__(None, None, None)
