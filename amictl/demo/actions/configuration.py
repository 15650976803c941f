"""Actions that read and write configuration files (Asterisk main/manager.c)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.configuration import is_false, is_true
from amictl.demo.configuration_documents import Category, ConfigurationDocument, UpdateFailed
from amictl.demo.users import AmiUser
from amictl.errors import ConfigurationError

_MANAGER: Final = "manager.conf"
_MOST_STEPS: Final = 100_000
_NOT_GIVEN: Final = "Filename not specified"
_NOT_FOUND: Final = "Config file not found"
_RESTRICTED: Final = "File requires escalated privileges"


@answers("GetConfig")
def show_file(request: Request) -> None:
    """Show a file, line by line."""
    document = _open(request, missing=_NOT_FOUND)
    if document is None:
        return
    lines: list[str] = []
    asked = request.get("Category")
    for number, category in enumerate(document.browse(asked, request.get("Filter"))):
        lines.append(f"Category-{number:06d}: {category.name}")
        if category.is_template:
            lines.append(f"IsTemplate-{number:06d}: 1")
        if category.templates:
            lines.append(f"Templates-{number:06d}: {','.join(category.templates)}")
        lines += [
            f"Line-{number:06d}-{line:06d}: {name}={value}"
            for line, (name, value) in enumerate(category.all_lines)
        ]
    if asked and not lines:
        lines.append("No categories found")
    request.give_lines(lines)


@answers("GetConfigJSON")
def show_file_as_json(request: Request) -> None:
    """Show a file as JSON, in which a section that comes twice is there twice."""
    document = _open(request, missing=_RESTRICTED)
    if document is not None:
        shown = (
            f"{_quote(category.name)}:{{{','.join(_members(category))}}}"
            for category in document.browse(request.get("Category"), request.get("Filter"))
        )
        request.give([("JSON", f"{{{','.join(shown)}}}")])


@answers("ListCategories")
def list_categories(request: Request) -> None:
    """List the sections of a file."""
    document = _open(request, missing=_NOT_FOUND)
    if document is not None:
        names = [category.name for category in document.browse(filters="TEMPLATES=include")]
        told = [(f"Category-{number:06d}", name) for number, name in enumerate(names)]
        request.give(told or [("Error", "no categories found")])


@answers("CreateConfig")
def create_file(request: Request) -> None:
    """Create an empty file."""
    name = request.get("Filename").strip()
    if not name:
        request.fail(_NOT_GIVEN)
        return
    folder = request.world.own_folder()
    path = (folder / name).parent.resolve() / Path(name).name
    if not path.parent.is_relative_to(folder.resolve()):
        request.fail(_RESTRICTED)
    elif not path.parent.is_dir():
        request.fail("No such file or directory")
    elif path.exists():
        request.fail("File exists")
    else:
        path.touch()
        request.succeed("New configuration file created successfully")


@answers("UpdateConfig")
def update_file(request: Request) -> None:
    """Change sections and lines by numbered steps, all of them or none, and have modules read it."""
    source, target = request.get("SrcFilename"), request.get("DstFilename")
    if not source or not target:
        request.fail(_NOT_GIVEN)
        return
    folder = request.world.own_folder()
    if not all((folder / name).is_file() and _is_inside(folder, name) for name in (source, target)):
        request.fail(_RESTRICTED)
        return
    try:
        document = ConfigurationDocument.read(folder / source)
        for number in range(_MOST_STEPS):
            step = _Step(request, number)
            if not step.action:
                break
            step.carry_out(document)
    except UpdateFailed as problem:
        request.fail(str(problem))
        return
    except ConfigurationError:
        request.fail("Config file has invalid format")
        return
    document.write(folder / target)
    request.succeed()
    asked = request.get("Reload")
    if asked and not is_false(asked):
        request.world.modules.reload("" if is_true(asked) else asked)


class _Step:
    """One numbered step of an update (``handle_updates``).

    Args:
        request: The action.
        number: Which step.
    """

    def __init__(self, request: Request, number: int) -> None:
        def get(header: str) -> str:
            return request.get(f"{header}-{number:06d}")

        self.action = get("Action").lower()
        self._category, self._name = get("Cat"), get("Var")
        self._value = get("Value").removeprefix(">")
        self._match, self._line = get("Match"), get("Line")
        options = [option.strip() for option in get("Options").split(",")]
        self._flags = {option.lower() for option in options if "=" not in option}
        self._settings = {
            key.strip().lower(): value.strip().strip('"')
            for key, equals, value in (option.partition("=") for option in options)
            if equals
        }

    def carry_out(self, document: ConfigurationDocument) -> None:
        """Change the document.

        Raises:
            UpdateFailed: It cannot be done; whatever was changed before must be thrown away.
        """
        if not self._category:
            raise UpdateFailed("Category not specified")
        if self.action == "newcat":
            self._add_category(document)
            return
        change = self._find_change()
        found = list(document.browse(self._category, self._settings.get("catfilter", "")))
        is_lenient = self.action in {"delcat", "delete"} and "ignoreerror" in self._flags
        if not found and not (is_lenient and self.action == "delcat"):
            raise UpdateFailed("Given category does not exist")
        done = [change(document, category) for category in found]
        if not any(done) and not is_lenient:
            raise UpdateFailed("Update did not complete successfully")

    def _find_change(self) -> Callable[[ConfigurationDocument, Category], bool]:
        """Return what is done to each category of the name, once the step has all that it needs."""
        needs_name = self.action in {"update", "append", "insert"}
        is_incomplete = (
            (self.action == "renamecat" and not self._value)
            or (needs_name and not self._name)
            or (self.action == "insert" and not self._line)
            or (self.action == "delete" and not (self._name or self._line))
        )
        if is_incomplete:
            raise UpdateFailed("Problem with category, value, or line (if required)")
        changes: dict[str, Callable[[ConfigurationDocument, Category], bool]] = {
            "renamecat": self._rename,
            "delcat": self._delete_category,
            "emptycat": self._empty,
            "update": self._update,
            "delete": self._delete,
            "append": self._append,
            "insert": self._insert,
        }
        if self.action not in changes:
            raise UpdateFailed("Unknown action command")
        return changes[self.action]

    def _add_category(self, document: ConfigurationDocument) -> None:
        is_there = any(document.browse(self._category, "TEMPLATES=include"))
        if is_there and "allowdups" not in self._flags:
            if "ignoreerror" in self._flags:
                return
            raise UpdateFailed("Create category did not complete successfully")
        made = Category(self._category, is_template="template" in self._flags)
        for name in filter(None, self._settings.get("inherit", "").split(",")):
            template = next(document.browse(name, "TEMPLATES=restrict"), None)
            if template is None:
                raise UpdateFailed("Template category not found")
            made.templates.append(template.name)
            made.inherited += template.all_lines
        document.add(made, before=self._match)

    def _rename(self, _document: ConfigurationDocument, category: Category) -> bool:
        category.name = self._value
        return True

    def _delete_category(self, document: ConfigurationDocument, category: Category) -> bool:
        document.delete(category)
        return True

    def _empty(self, _document: ConfigurationDocument, category: Category) -> bool:
        category.lines, category.inherited = [], []
        return True

    def _update(self, _document: ConfigurationDocument, category: Category) -> bool:
        return category.set_first(self._name, self._value, self._match)

    def _delete(self, _document: ConfigurationDocument, category: Category) -> bool:
        return category.delete(self._name, self._match, self._line)

    def _append(self, _document: ConfigurationDocument, category: Category) -> bool:
        category.lines.append((self._name, self._value))
        return True

    def _insert(self, _document: ConfigurationDocument, category: Category) -> bool:
        place = int(self._line) if self._line.isdigit() else 0
        category.lines.insert(place, (self._name, self._value))
        return True


def _open(request: Request, *, missing: str) -> ConfigurationDocument | None:
    """Return the file that is asked for; where it cannot be had, the action is answered.

    Args:
        request: The action.
        missing: What Asterisk says when there is no such file.
    """
    name = request.get("Filename")
    folder = request.world.folder
    if not name:
        request.fail(_NOT_GIVEN)
    elif name == _MANAGER:
        return ConfigurationDocument([_show_user(user) for user in request.session.sessions.users.values()])
    elif not _is_inside(folder, name) and (folder / name).exists():
        request.fail(_RESTRICTED)
    elif not _is_inside(folder, name) or not (folder / name).is_file():
        request.fail(missing)
    else:
        try:
            return ConfigurationDocument.read(folder / name)
        except ConfigurationError:
            request.fail("Config file has invalid format")
    return None


def _is_inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _show_user(user: AmiUser) -> Category:
    """Return a user as it would stand in ``manager.conf``."""
    lines = [("secret", user.secret), ("read", ",".join(user.read)), ("write", ",".join(user.write))]
    lines += [("eventfilter", pattern) for pattern in user.event_filters]
    lines += [] if user.allow_multiple_login else [("allowmultiplelogin", "no")]
    return Category(user.username, lines=lines)


def _members(category: Category) -> list[str]:
    templates = [f'"templates":{_quote(",".join(category.templates))}'] if category.templates else []
    return [*templates, *(f"{_quote(name)}:{_quote(value)}" for name, value in category.all_lines)]


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
