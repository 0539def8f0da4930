"""The command line."""

from __future__ import annotations

import sys
from typing import NoReturn


def start() -> NoReturn:
    """Run the command line; an interrupt while its modules are still being imported is a sentence too."""
    try:
        from api.cli.main import main
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: earlier results are as they were\n")
        sys.exit(130)
    main()
