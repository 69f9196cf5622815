"""The documents that a service answers: those of this folder, those of a file, or any at all.

Where only registered ones are answered, a stolen token can ask no more than our own programs do, in no other
form. A document is named by the SHA-256 of its text, as ``documentId`` of a request; its whole text names it
as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from mast_resolver.errors import SettingsError, UnknownDocumentError

PREFIX: Final = "sha256:"


@dataclass(frozen=True, slots=True)
class Documents:
    """The registered documents by their hashes; ``only`` when no others are answered.

    Example:
        >>> documents = Documents.of(["{ __typename }"], only=True)
        >>> documents.text(None, PREFIX + hashed("{ __typename }"))
        '{ __typename }'
        >>> documents.text("{ another }", None)
        Traceback (most recent call last):
        mast_resolver.errors.UnknownDocumentError: MAST-313: the document is not one that is registered here
          fix: register it with mast documents, or send one that is
    """

    texts: Mapping[str, str]
    only: bool

    @classmethod
    def of(cls, texts: Iterable[str], *, only: bool) -> Documents:
        """Those of these texts."""
        return cls({hashed(text): text for text in texts}, only)

    @classmethod
    def read(cls, path: Path | None, *, only: bool, more: Iterable[str] = ()) -> Documents:
        """Those we ship, ``more`` and, where there is a file of others (``mast documents`` writes it), those.

        Raises:
            SettingsError: the file cannot be read, or a hash in it is not that of its text.
        """
        others = _read(path) if path is not None else {}
        return cls({hashed(text): text for text in (*all_shipped(), *more)} | others, only)

    def text(self, query: str | None, document_id: str | None) -> str:
        """The text of the document that a request asks by.

        Raises:
            UnknownDocumentError: it is not registered, and has to be.
        """
        if document_id is not None:
            found = self.texts.get(document_id.removeprefix(PREFIX))
            # Whoever sends both has to mean the same by them.
            if found is not None and document_id.startswith(PREFIX) and query in (None, found):
                return found
        elif query is not None and (not self.only or hashed(query) in self.texts):
            return query
        raise UnknownDocumentError(
            "the document is not one that is registered here",
            fix="register it with mast documents, or send one that is",
        )


def hashed(text: str) -> str:
    """The hash that names a text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def registry(texts: Iterable[str]) -> str:
    """The texts as a file of documents has them."""
    return json.dumps({hashed(text): text for text in texts}, indent=1, sort_keys=True) + "\n"


@lru_cache(maxsize=64)
def shipped(name: str) -> str:
    """One of the documents of this folder."""
    return files(__name__).joinpath(f"{name}.graphql").read_text("utf-8")


def all_shipped() -> list[str]:
    """Every document of this folder."""
    names = sorted(each.name for each in files(__name__).iterdir() if each.name.endswith(".graphql"))
    return [shipped(name.removesuffix(".graphql")) for name in names]


def _read(path: Path) -> dict[str, str]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise SettingsError("the file of documents cannot be read", fix="write it with mast documents")
    if any(hashed(text) != name for name, text in said.items()):
        raise SettingsError(
            "a document of the file of documents has another hash than it is named by",
            fix="write it again with mast documents",
        )
    return said
