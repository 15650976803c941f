from __future__ import annotations

import pytest

from tests.soak.run import Tell


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Writes a line where a person sees it while a long test goes on."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    return (lambda _line: None) if reporter is None else reporter.write_line
