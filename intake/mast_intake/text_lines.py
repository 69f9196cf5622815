"""Lines of text files, in bounded memory; bytes of another encoding than the declared one are told."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from mast_intake.rejects import Rejects, Rule
from mast_resolver.errors import UnreadableFileError

LONGEST_LINE: Final = 1_048_576
"""Signs of one line; a longer one is passed over piece by piece and never held whole."""

LONGEST_ROW: Final = 131_072
"""Signs of a row of several lines: in a longer one a quote was left open, and more and more rows are lost."""

FEW_GARBLED: Final = 100
"""So many lines may hold signs of another encoding; where they are a tenth of all, the file is in another."""

MANY_UTF8: Final = 10
"""So many lines beyond ASCII, all of which read as UTF-8, are UTF-8, whatever was declared."""

FEW_UTF8: Final = 2
"""So many are it where the whole file has no others; a single one may be a slip of the agency's own."""

_MARKED: Final = "surrogateescape"
"""A byte that is no sign stands as half of one: :func:`is_text` finds it, and only its row is lost."""
_CONTROL: Final = re.compile("[\x80-\x9f]")
"""Signs that no text has: where they are read, the quotes and dashes of Windows were written."""


def open_text(path: Path, encoding: str) -> IO[str]:
    """The text of a file, which may be compressed."""
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, errors=_MARKED, newline="")
    return path.open(encoding=encoding, errors=_MARKED, newline="")


class OpenQuoteError(csv.Error):
    """A quoted value does not end."""


class Lines:
    """Lines of a text stream, each of bounded length; what is unusable is rejected and passed over.

    One with bytes of another encoding is handed on, for they may stand in a column that nobody reads, and a
    row of several lines needs all its quotes; ``garbled`` counts them. Of an encoding in which every byte is
    some sign nothing is garbled: whether it is the right one is seen by what its lines say.
    """

    def __init__(self, stream: IO[str], file: str, rejects: Rejects, encoding: str = "utf-8") -> None:
        self._stream = stream
        self._file = file
        self._rejects = rejects
        self._encoding = encoding
        self._may_be_utf8 = not encoding.lower().startswith("utf")
        self._beyond_ascii = 0
        self._as_utf8 = 0
        self.number = 0
        self.rejected = 0
        self.garbled = 0
        self.of_row = 0
        """Signs of the row that is being read: whoever reads :meth:`of_rows` says where one begins."""

    def __iter__(self) -> Iterator[str]:
        """Every line that is usable.

        Raises:
            UnicodeError: a tenth of them hold bytes of another encoding than the declared one.
            UnreadableFileError: they are text, and in another encoding.
        """
        while line := self._stream.readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
                    pass
                self._reject(Rule.LINE_TOO_LONG)
            elif "\0" in line:
                self._reject(Rule.NUL_BYTE)
            else:
                if not line.isascii():
                    self._look_at(line)
                yield line
        if self._as_utf8 == self._beyond_ascii >= FEW_UTF8:
            raise self._is_utf8()

    def of_rows(self) -> Iterator[str]:
        """The same, where a row may be of several lines.

        Raises:
            OpenQuoteError: it is of more signs than a row can have.
        """
        for line in self:
            if self.of_row and self.of_row + len(line) > LONGEST_ROW:
                raise OpenQuoteError
            self.of_row += len(line)
            yield line

    def _reject(self, rule: Rule) -> None:
        self.rejected += 1
        self._rejects.row(self._file, self.number, "", rule)

    def _look_at(self, line: str) -> None:
        """Count what a line beyond ASCII says of the encoding."""
        if self._may_be_utf8:
            self._hold_to_encoding(line)
        if not is_text(line):
            self.garbled += 1
            if self.garbled > FEW_GARBLED and self.garbled * 10 > self.number:
                raise UnicodeError

    def _hold_to_encoding(self, line: str) -> None:
        self._beyond_ascii += 1
        as_utf8 = _reads_as_utf8(line, self._encoding)
        self._as_utf8 += as_utf8
        controls = _CONTROL.search(line) is not None
        if as_utf8 and (controls or self._as_utf8 == self._beyond_ascii == MANY_UTF8):
            raise self._is_utf8()
        if controls:
            raise UnreadableFileError(
                f"{self._file} is not {self._encoding} text: it has control signs where text has none",
                fix="declare its encoding under `csv` in the source: cp1252, if Windows wrote it",
            )

    def _is_utf8(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self._file} is not {self._encoding} text: all its signs beyond ASCII read as UTF-8",
            fix="declare `encoding: utf-8` under `csv` in the source, or leave it out there",
        )


def _reads_as_utf8(line: str, encoding: str) -> bool:
    """Whether the bytes of a line are UTF-8 too: of a text in another encoding they hardly ever are.

    Example:
        >>> _reads_as_utf8("ZoÃ«", "cp1252"), _reads_as_utf8("Zoë", "cp1252"), _reads_as_utf8("Zoe", "cp1252")
        (True, False, False)
    """
    try:
        written = line.encode(encoding, _MARKED)
        written.decode("utf-8")
    except UnicodeError:
        return False
    return not written.isascii()


def is_text(value: object) -> bool:
    """Whether a value is plain, and holds no half of a sign: the error in encoding one would quote it all.

    Example:
        >>> is_text("Zoë"), is_text("Zo" + chr(0xDCEB)), is_text(17), is_text(["Zoë"])
        (True, False, True, False)
    """
    if not isinstance(value, str):
        return not isinstance(value, dict | list)
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
