from __future__ import annotations

import pytest

from tests.soak.run import Tell


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Writes a line where a person sees it while a long test goes on."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")

    def write(line: str) -> None:
        if reporter is not None:  # a worker of several has none
            reporter.write_line(line)
            reporter.flush()

    return write
