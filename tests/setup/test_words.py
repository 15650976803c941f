"""What translators begin with has each word of the pages, forms and scripts."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from amictl.errors import ConfigurationError
from amictl.web.languages import Languages
from setup.words import ROOT, TEMPLATE, gather, write
from tests.pseudo_language import CLOSE, LANGUAGE, OPEN, write_pseudo_language

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules/acorn").exists(), reason="There is no acorn to read scripts with: make setup"
)


def test_the_template_of_translations_has_all_words_that_there_are(tmp_path: Path) -> None:
    write(gather(), tmp_path / "messages.pot")
    told = (ROOT / TEMPLATE).read_text(encoding="utf-8")
    assert (tmp_path / "messages.pot").read_text(encoding="utf-8") == told, "run `make words`"


def test_words_of_templates_forms_scripts_and_of_what_stands_below_are_found() -> None:
    places = {message.id: {path for path, _line in message.locations} for message in gather()}
    assert "templates/auth/login.html" in places["User name"]
    assert "amictl/admin/forms.py" in places["Verify the server's certificate"]
    assert "static/js/findings.js" in places["%(count)s warning", "%(count)s warnings"]
    assert "amictl/store/permissions.py" in places["Start calls"]
    assert "amictl/web/console.py" in places["Queues"]


def test_scripts_are_given_their_own_words_alone_with_all_forms_of_plurals(tmp_path: Path) -> None:
    write_pseudo_language(tmp_path)
    languages = Languages([tmp_path])
    assert languages.names == ["en", LANGUAGE]
    ((path, content),) = languages.words_of_scripts().items()
    assert path == f"words/{LANGUAGE}.json"
    words = orjson.loads(content)
    assert "n % 10" in words["plural"]
    assert len(words["words"]["%(count)s warning"]) == 3
    assert all(form.startswith(OPEN) and form.endswith(CLOSE) for form in words["words"]["%(count)s warning"])
    assert "Verify the server's certificate" not in words["words"]


def test_a_file_that_is_no_translation_is_named(tmp_path: Path) -> None:
    file = tmp_path / "de/LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    file.write_text("msgid is not told\n")
    with pytest.raises(ConfigurationError, match=r"messages\.po cannot be read"):
        Languages([tmp_path])
