"""Reads the YAML between the two `---` lines and remembers the line of every value."""

import re
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import yaml

from referral.articles.faults import LineError

FENCE = "---"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TEXT, WHOLE_NUMBER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"


class Parts(NamedTuple):
    """The two halves of a file, each padded with empty lines so that its line numbers stay true."""

    front: str
    body: str


class Fields:
    """One YAML mapping: its values by name, typed on the way out.

    Every method raises `LineError` with the line of the value (or of the key, when the key is the
    trouble). `line` is the first line of the mapping.
    """

    def __init__(
        self, node: yaml.Node, *, required: Collection[str], optional: Collection[str] = ()
    ) -> None:
        if not isinstance(node, yaml.MappingNode):
            raise LineError(line_of(node), "this must be a group of 'name: value' lines")
        self.line = line_of(node)
        self._values = _values_by_name(node, known={*required, *optional})
        for name in required:
            if name not in self._values:
                raise LineError(self.line, f"the field '{name}' is missing")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def line_of(self, name: str) -> int:
        """Return the line on which the value of `name` begins."""
        return line_of(self._values[name])

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        return _text(self._values[name], name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts with at least one entry."""
        return tuple(_text(node, name) for node in self.items(name))

    def number(self, name: str) -> int:
        """Return a whole number, written with digits only."""
        node = self._values[name]
        if _tag(node) != WHOLE_NUMBER or not str(node.value).isdecimal():
            raise LineError(line_of(node), f"'{name}' must be a number")
        return int(node.value)

    def day(self, name: str) -> date:
        """Return a date, written as 2026-11-24."""
        node = self._values[name]
        written = str(node.value)
        try:
            # fromisoformat alone would also take 20261124 and week dates.
            if ISO_DATE.fullmatch(written):
                return date.fromisoformat(written)
        except ValueError:
            pass
        raise LineError(line_of(node), f"'{name}' must be a date such as 2026-11-24")

    def items(self, name: str) -> list[yaml.Node]:
        """Return the nodes of a list with at least one entry."""
        node = self._values[name]
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise LineError(
                line_of(node),
                f"'{name}' must be a list with at least one entry",
            )
        return list(node.value)


def split(file_text: str) -> Parts:
    """Cut a file into front matter and body; either of them missing is a `LineError`."""
    lines = file_text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise LineError(1, "the file must begin with front matter: a line of three hyphens")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) == 1:
        raise LineError(1, "the front matter has no closing line of three hyphens")
    end = fences[1]
    if not "".join(lines[end + 1 :]).strip():
        raise LineError(end + 1, "the article has no text after the front matter")
    front = "\n".join(["", *lines[1:end]])
    return Parts(front, "\n" * (end + 1) + "\n".join(lines[end + 1 :]))


def compose(front: str) -> yaml.Node:
    """Parse the YAML into nodes, which carry their lines; bad YAML is a `LineError`."""
    try:
        node = yaml.compose(front, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise LineError(line, _not_yaml(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = front.count("\n", 0, error.position) + 1
        raise LineError(line, _not_yaml(error.reason)) from error
    if node is None:
        raise LineError(1, "the front matter is empty")
    return node


def line_of(node: yaml.Node) -> int:
    """Return the line in the file on which `node` begins, from 1."""
    return int(node.start_mark.line) + 1


def _values_by_name(node: yaml.MappingNode, *, known: set[str]) -> dict[str, yaml.Node]:
    values: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            raise LineError(line_of(key), f"the field '{name}' is unknown")
        if name in values:
            raise LineError(line_of(key), f"the field '{name}' is here twice")
        values[name] = value
    return values


def _text(node: yaml.Node, name: str) -> str:
    if _tag(node) != TEXT:
        raise LineError(line_of(node), f"'{name}' must be text")
    if not str(node.value).strip():
        raise LineError(line_of(node), f"'{name}' is empty")
    return str(node.value).strip()


def _tag(node: yaml.Node) -> str:
    return str(node.tag) if isinstance(node, yaml.ScalarNode) else ""


def _not_yaml(problem: str | None) -> str:
    return f"the front matter is not valid YAML: {problem or ''}"
