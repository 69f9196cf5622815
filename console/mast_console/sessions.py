"""Who is signed in: kept in this process, and readable only with the cookie of whoever it is about.

The cookie holds a random secret. Under one digest of it the session is found, under another it is sealed: the
memory of the service alone holds no bearer token and nothing of what somebody typed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MOST: Final = 10_000
"""Sessions kept: beyond them those used least recently end."""

SECRET_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_CHARACTERS: Final = 32
TAG_BYTES: Final = 16


def form_secret(subject: str) -> str:
    """A secret for the forms of a session, which says to nobody whose they are, but tells if it is asked.

    So what was typed in a form can be kept for whoever typed it, though the session has ended, and the
    service with it.

    Example:
        >>> secret = form_secret("officer-7")
        >>> is_form_of(secret, "officer-7"), is_form_of(secret, "officer-8"), is_form_of("", "officer-7")
        (True, False, False)
    """
    salt = secrets.token_urlsafe(SALT_CHARACTERS * 3 // 4)
    return salt + _tag(salt, subject)


def is_form_of(secret: str, subject: str) -> bool:
    """Whether a form was drawn for a session of that subject."""
    salt, tag = secret[:SALT_CHARACTERS], secret[SALT_CHARACTERS:]
    return secrets.compare_digest(tag.encode(), _tag(salt, subject).encode())


def _tag(salt: str, subject: str) -> str:
    said = f"{salt} {subject}".encode()
    return hashlib.blake2b(said, digest_size=TAG_BYTES, person=b"mast-whose").hexdigest()


@dataclass(slots=True)
class Session:
    """What is known of one browser. ``token`` is empty before sign-in.

    ``typed`` is what was typed, by the id of the address that answered; ``kept`` is a form that was sent
    after the session had ended, ``looked`` the last answer of a check that was no single address, ``found``
    the last search for a person. ``decided`` are the latest pairs that they decided, ``keys_off`` is that
    single keys do nothing for them, ``sought`` what the audit log is searched for. ``whose`` is a form's
    secret of who was there before signing in: ``kept`` and ``then`` are theirs, and nobody else's.
    """

    csrf: str
    token: str = ""
    subject: str = ""
    role: str = ""
    purpose: str = ""
    ends: int = 0
    then: str = ""
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    looked: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    openid: dict[str, str] = field(default_factory=dict)
    decided: list[dict[str, str]] = field(default_factory=list)
    keys_off: bool = False
    sought: dict[str, str] = field(default_factory=dict)
    whose: str = ""

    @property
    def ends_at(self) -> str:
        """When its token ends, as the service writes moments."""
        return dt.datetime.fromtimestamp(self.ends, dt.UTC).isoformat()


def merged(opened: Session, session: Session, now: Session) -> Session:
    """What one request changed since it was ``opened``, on top of what others have changed by ``now``.

    Example:
        >>> opened = Session("c", typed={"A-1": {}})
        >>> now = Session("c", typed={"A-1": {}, "A-2": {}}, notes=["n"])
        >>> found = merged(opened, Session("c", typed={"A-3": {}}, keys_off=True), now)
        >>> list(found.typed), found.keys_off, found.notes
        (['A-2', 'A-3'], True, ['n'])
    """
    changed: dict[str, Any] = {}
    for each in fields(Session):
        before, after, there = (getattr(of, each.name) for of in (opened, session, now))
        if after == before:
            continue
        if each.name == "typed":
            own = {id_: said for id_, said in after.items() if before.get(id_) != said}
            after = {id_: said for id_, said in there.items() if id_ in after or id_ not in before} | own
        elif isinstance(after, list):
            added = [item for item in after if item not in before]
            after = added + [
                item for item in there if item not in added and (item in after or item not in before)
            ]
        changed[each.name] = after
    return replace(now, **changed)


@dataclass(slots=True)
class _Sealed:
    used: dt.datetime
    content: bytes


class Sessions:
    """Sessions by the secret of their cookie; each ends when it was not used for ``idle``.

    Example:
        >>> noon = [dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)]
        >>> sessions = Sessions(lambda: noon[0], lambda: bytes(32), idle=dt.timedelta(minutes=30))
        >>> cookie = sessions.begin(Session(csrf="c", role="steward"))
        >>> sessions.open(cookie).role, sessions.open("another") is None
        ('steward', True)
        >>> noon[0] += dt.timedelta(minutes=31)
        >>> sessions.open(cookie) is None
        True
    """

    def __init__(
        self, clock: Callable[[], dt.datetime], new_secret: Callable[[], bytes], *, idle: dt.timedelta
    ) -> None:
        self._clock = clock
        self._new_secret = new_secret
        self._idle = idle
        self._held: OrderedDict[bytes, _Sealed] = OrderedDict()
        self.ended: Callable[[bytes], None] = lambda _name: None
        """Called with the name of each session that ends: whatever goes on for it ends too."""

    def begin(self, session: Session) -> str:
        """Keep a new session; the value of its cookie."""
        secret = self._new_secret()
        cookie = urlsafe_b64encode(secret).decode()
        self._put(secret, session)
        return cookie

    @staticmethod
    def name(cookie: str) -> bytes:
        """What tells a session from others; it opens none."""
        return _digest(b"name", _secret(cookie))

    def open(self, cookie: str, *, touch: bool = True) -> Session | None:
        """The session of a cookie, unless it has ended; to ``touch`` it is to use it."""
        name = self.name(cookie)
        sealed = self._held.get(name)
        if sealed is None:
            return None
        if self._clock() - sealed.used >= self._idle:
            self.end(cookie)
            return None
        session = self._opened(cookie)
        if touch and session is not None:
            sealed.used = self._clock()
            self._held.move_to_end(name)
        return session

    def whose(self, cookie: str) -> str:
        """The secret of the forms of a session, though it was not used for too long; empty if it is gone."""
        session = self._opened(cookie)
        return session.csrf if session else ""

    def _opened(self, cookie: str) -> Session | None:
        sealed = self._held.get(self.name(cookie))
        if sealed is None:
            return None
        try:
            nonce, content = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
            opened = AESGCM(_digest(b"seal", _secret(cookie))).decrypt(nonce, content, None)
        except InvalidTag:
            return None
        return Session(**orjson.loads(opened))

    def left(self, cookie: str) -> dt.timedelta:
        """How long a session goes on if nothing happens. To ask is not to use it."""
        sealed = self._held.get(self.name(cookie))
        return self._idle - (self._clock() - sealed.used) if sealed else dt.timedelta()

    def save(self, cookie: str, session: Session, opened: Session | None = None) -> None:
        """Keep what has changed; one that was ended meanwhile stays ended.

        ``opened`` is how it was when this request began. Where another tab has saved since, its changes stay.
        """
        if opened is not None and (now := self.open(cookie, touch=False)) is not None:
            session = merged(opened, session, now)
        if self.name(cookie) in self._held:
            self._put(_secret(cookie), session)

    def end(self, cookie: str) -> None:
        """Forget it: the cookie opens nothing any longer."""
        name = self.name(cookie)
        self._held.pop(name, None)
        self.ended(name)

    def _put(self, secret: bytes, session: Session) -> None:
        nonce = self._new_secret()[:NONCE_BYTES]
        content = nonce + AESGCM(_digest(b"seal", secret)).encrypt(nonce, orjson.dumps(asdict(session)), None)
        name = _digest(b"name", secret)
        self._held[name] = _Sealed(self._clock(), content)
        self._held.move_to_end(name)
        if len(self._held) > MOST:
            oldest, _ = self._held.popitem(last=False)
            self.ended(oldest)


def _secret(cookie: str) -> bytes:
    """The secret in a cookie; one that nobody has where it is none of ours."""
    try:
        secret = urlsafe_b64decode(cookie)
    except ValueError:
        return b""
    return secret if len(secret) == SECRET_BYTES else b""


def _digest(use: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(secret, digest_size=32, person=b"mast-" + use).digest()
