"""The languages of the console and the settings pages: gettext for templates, Python and scripts alike.

English is in the code. Each further language is one file ``<language>/LC_MESSAGES/messages.po`` below
``amictl/translations`` or the folder of ``AMICTL_TRANSLATIONS``, read when amictl starts;
``docs/extending.md`` tells how it is made. Texts of API errors and of the documents stay English.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from amictl.errors import ConfigurationError

ENGLISH: Final = "en"
_FILE: Final = "LC_MESSAGES/messages.po"
_OF_SCRIPTS: Final = "static/js/"  # where a message of a script says that it stands


class Languages:
    """The translations that there are.

    Args:
        folders: Each holds ``<language>/LC_MESSAGES/messages.po``; of two for one language the later counts.

    Raises:
        ConfigurationError: A file is not gettext's.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        files = (file for folder in folders for file in sorted(folder.glob(f"*/{_FILE}")))
        self._catalogs = {file.parent.parent.name: _read(file) for file in files}
        self._translations = {language: _make(catalog) for language, catalog in self._catalogs.items()}

    @property
    def names(self) -> list[str]:
        """The languages' codes, English first."""
        return [ENGLISH, *(name for name in self._catalogs if name != ENGLISH)]

    def choose(self) -> str:
        """Return the language of the present request: what the browser asks for, as far as there is such."""
        return request.accept_languages.best_match(self.names, ENGLISH) if request else ENGLISH

    def translations_of(self, language: str) -> NullTranslations:
        """Return what gettext needs to know of a language."""
        return self._translations.get(language) or NullTranslations()

    def words_of_scripts(self) -> dict[str, bytes]:
        """Return for each language the file that the scripts load, by its path below ``static/``."""
        return {
            path_of_words(language): orjson.dumps(_pick_words(catalog))
            for language, catalog in self._catalogs.items()
        }


class _CatalogDomain(Domain):  # type: ignore[misc] # Flask-Babel has no types
    """Flask-Babel's way to the translations of a request."""

    def __init__(self, languages: Languages) -> None:
        super().__init__()
        self._languages = languages

    def get_translations(self) -> NullTranslations:
        """Return the translations into the language of the present request."""
        return self._languages.translations_of(str(get_locale() or ENGLISH))


def register_languages(app: Flask, languages: Languages) -> None:
    """Give templates ``_()`` and ``{% trans %}``, and Python Flask-Babel's ``gettext`` and ``lazy_gettext``.

    Args:
        app: The application.
        languages: The translations.
    """
    babel = Babel(app, default_locale=ENGLISH, locale_selector=languages.choose)
    babel.domain_instance = _CatalogDomain(languages)

    @app.context_processor
    def tell_language() -> dict[str, str | None]:
        language = str(get_locale())
        return {"language": language, "words": None if language == ENGLISH else path_of_words(language)}


def path_of_words(language: str) -> str:
    """Return the path below ``static/`` of what scripts say in a language."""
    return f"words/{language}.json"


def _read(file: Path) -> Catalog:
    """Return the translations that a file holds."""
    try:
        with file.open("rb") as source:
            return read_po(source, locale=file.parent.parent.name, abort_invalid=True)
    except Exception as error:  # Babel has no one class for what it cannot read
        raise ConfigurationError(f"{file} cannot be read as gettext's translations: {error}") from error


def _make(catalog: Catalog) -> Translations:
    """Return a catalogue as gettext uses it."""
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _pick_words(catalog: Catalog) -> dict[str, Any]:
    """Return what scripts say: the rule of the plural, and translations by the English words (for one)."""
    words = {}
    for message in catalog:
        if message.fuzzy or not any(place.startswith(_OF_SCRIPTS) for place, _line in message.locations):
            continue
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if all(forms):
            key = message.id if isinstance(message.id, str) else message.id[0]
            words[key] = forms if message.pluralizable else forms[0]
    return {"plural": catalog.plural_expr, "words": words}
