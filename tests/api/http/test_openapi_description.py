"""The OpenAPI document is true: schemathesis asks a running service what it allows and what it forbids."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import serving
from tests.support.town import environment, write_town

CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.slow
def test_schemathesis_finds_nothing_that_is_not_as_documented(tmp_path):
    with serving(write_town(tmp_path / "town")) as (_, address):
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(CONFIG), "run", f"{address}/openapi.json", "--checks", "all",
            "--max-examples", "10", "--phases", "examples,coverage,fuzzing", "--no-color", "--seed", "1",
        ]  # fmt: skip
        said = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False
        )
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr[-2000:]
    assert " generated" in said.stdout
