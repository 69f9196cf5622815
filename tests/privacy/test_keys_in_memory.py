"""Keys are in no repr, no pickle, no error and no core dump; every class that is given a key is looked at."""

from __future__ import annotations

import ast
import base64
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

import mast_api
import mast_graph
import mast_intake
import mast_resolver
from mast_api.audit.keys import SealKeys
from mast_api.audit.staff import StaffList
from mast_api.backup.deciding_again import DecidingAgain
from mast_api.breaking_glass import BreakingGlass
from mast_api.development import DevelopmentIssuer
from mast_api.feeds.running import Feeds
from mast_api.keys.in_force import KeyWatch
from mast_api.keys.research import ResearchIds
from mast_api.keys.rewriting import Rewriter
from mast_api.keys.rotation import _Job
from mast_api.live import LiveAddresses, LiveResolver
from mast_api.planning import _Planned
from mast_api.research.figures import Research
from mast_api.research.keeping import LedgerKeeper
from mast_api.research.releasing import Releasing
from mast_api.resolving import OneKind, Planning
from mast_api.rights.marking import Marker
from mast_api.rights.purging import Purging, _Held
from mast_api.rights.terms import Carriers
from mast_api.shielding import Shielding
from mast_api.stewarding import Stewarding
from mast_api.triggers.keeping import Alerts
from mast_intake.encode import Encoder
from mast_intake.gazetteer.records import GazetteerEncoder
from mast_intake.key_file import KeyFile, Secrets
from mast_intake.keys import KeyRing
from mast_intake.persons import PersonEncoder
from mast_intake.places import PlaceEncoder
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.query_encoding import QueryEncoder
from mast_resolver.errors import MastError
from mast_resolver.model import read_model

KEY: Final = bytes(range(100, 132))
OTHER: Final = bytes(range(150, 182))
HOLDS_A_KEY: Final = frozenset({"KeyRing", "KeyFile", "Secrets", "Wrap", "Mac", "Encoder"})
"""Types by which a class is told to be given a key."""
STORE: Any = None
"""Most classes do not ask their store when they are built."""
LEASE: Final[Any] = SimpleNamespace(at_work=lambda: None)
"""Who resolves tells it that they do not hang."""


def said(*_: object) -> None:
    """Takes what a class would tell."""


def clock() -> datetime:
    return datetime(2026, 11, 2, tzinfo=UTC)


def only_holding(kind: type, keys: KeyRing) -> object:
    """One of a class that reads the graph when it is built, with nothing but its keys."""
    one: Any = object.__new__(kind)
    one._keys = keys
    return one


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """One of each class that holds a key."""
    file = KeyFile({1: Secrets(KEY, KEY, root=True), 2: Secrets(OTHER, OTHER)}, 2, KEY)
    keys, model = KeyRing.of(file), read_model("person")
    live = LiveResolver(STORE, keys, model, warn=said)
    places = LiveAddresses(STORE, keys, read_model("address"), warn=said)
    folder = tmp_path_factory.mktemp("keys")
    issuer = DevelopmentIssuer.open(
        folder / "issuer.json", issuer="i", audience="a", clock=clock, new_id=lambda: "1"
    )
    encoder = Encoder(keys)
    settings: Any = SimpleNamespace(data=folder)
    return [
        file,
        file.versions[1],
        keys,
        keys.wraps()[0],
        keys.mac("token:sex"),
        encoder,
        PersonEncoder(encoder),
        PlaceEncoder(encoder),
        Pseudonymiser(keys, clock),
        QueryEncoder(keys, clock, PersonEncoder(encoder), PlaceEncoder(encoder)),
        GazetteerEncoder(keys),
        live,
        places,
        Stewarding(STORE, (live,), keys, clock=clock, new_id=lambda: "1"),
        Shielding(STORE, live, keys, clock=clock, new_id=lambda: "1"),
        BreakingGlass(STORE, keys, clock=clock, new_id=lambda: "1", tell=said),
        KeyWatch(STORE, keys),
        Alerts(STORE, keys, clock=clock, new_id=lambda: "1"),
        Rewriter(keys),
        StaffList(folder / "staff.sealed", keys),
        ResearchIds(keys, "mash-2026/autumn"),
        _Job(STORE, STORE, keys, said),
        Marker(STORE, keys, clock=clock, new_id=lambda: "1"),
        DecidingAgain(STORE, STORE, (live,), keys, clock=clock, is_gone=bool, by="officer-7"),
        LedgerKeeper(STORE, keys, clock=clock, on_record=lambda: 0),
        Research(STORE, keys, clock=clock, on_record=lambda: 0),
        Releasing(STORE, keys, clock=clock, new_id=lambda: "1"),
        Purging(STORE, STORE, keys, folder, STORE, clock=clock, new_id=lambda: "1"),
        Feeds(settings, STORE, STORE, STORE, keys, clock, new_id=lambda: "1"),
        only_holding(Carriers, keys),
        only_holding(_Held, keys),
        Planning(STORE, keys, model),
        _Planned(STORE, keys, model),
        OneKind(STORE, LEASE, keys, folder, model, said),
        SealKeys.open(folder / "audit-key.json"),
        issuer,
    ]


def forms(key: bytes) -> Iterator[str]:
    """How a key might be written."""
    yield from (
        repr(key)[2:-1],
        key.hex(),
        base64.b64encode(key).decode(),
        base64.urlsafe_b64encode(key).decode(),
    )
    yield str(list(key))[1:-1]


def test_nothing_that_holds_a_key_says_it(holders: list[object]) -> None:
    derived = [KeyRing({1: KEY}, current=1).subkey(purpose) for purpose in ("seal", "token:sex", "reference")]
    for holder in holders:
        for text in (repr(holder), str(holder), f"{holder}", repr([holder]), repr({"k": holder})):
            for key in (KEY, OTHER, *derived):
                assert not any(form in text for form in forms(key)), type(holder).__name__


def test_the_forms_would_find_a_key_that_is_said() -> None:
    for text in (repr(KEY), KEY.hex(), base64.b64encode(KEY).decode(), str(list(KEY))):
        assert any(form in text for form in forms(KEY))


def classes_given_a_key() -> Iterator[str]:
    for package in (mast_api, mast_graph, mast_intake, mast_resolver):
        (folder,) = package.__path__
        for path in Path(folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and HOLDS_A_KEY & set(_given(node)):
                    yield node.name


def _given(node: ast.ClassDef) -> Iterator[str]:
    """Types of what its constructor takes, and of what it declares to hold."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            for argument in (*each.args.args, *each.args.kwonlyargs):
                if argument.annotation is not None:
                    yield from _names(argument.annotation)
        if isinstance(each, ast.AnnAssign):
            yield from _names(each.annotation)


def _names(annotation: ast.expr) -> Iterator[str]:
    return (each.id for each in ast.walk(annotation) if isinstance(each, ast.Name))


def test_every_class_that_is_given_a_key_is_looked_at(holders: list[object]) -> None:
    # `InBulk` is a OneKind, and needs an extra that is not always there.
    found = set(classes_given_a_key())
    assert {"KeyRing", "Pseudonymiser", "Stewarding"} <= found
    assert found - {type(each).__name__ for each in holders} == set()


@pytest.mark.parametrize(
    "kept", [Secrets(KEY, KEY), KeyFile({1: Secrets(KEY, KEY)}, 1, KEY), KeyRing({1: KEY}, current=1)]
)
def test_what_holds_a_key_is_in_no_pickle(kept: object) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(kept)


def test_no_error_about_a_key_quotes_it() -> None:
    sealed = KeyRing({1: KEY}, current=1).seal(b"packed", context=b"r1")
    for work in (
        lambda: KeyRing({1: OTHER}, current=1).open(sealed, context=b"r1"),
        lambda: KeyRing({2: OTHER}, current=2).open(sealed, context=b"r1"),
        lambda: KeyRing({1: KEY[:-1]}, current=1),
        lambda: KeyRing({1: KEY}, current=2),
    ):
        with pytest.raises(MastError) as caught:
            work()
        text = (
            "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
        )
        assert not any(form in text for key in (KEY, OTHER, KEY[:-1]) for form in forms(key))


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux whether a process may be dumped")
def test_a_command_leaves_no_core(tmp_path: Path) -> None:
    script = (
        "import ctypes, resource, os, signal\n"
        "from mast_api.memory import keep_out_of_dumps\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        "keep_out_of_dumps()\n"
        "limits = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *limits, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGABRT)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGABRT
    assert done.stdout.split() == ["0", "0", "0"]
    assert not list(tmp_path.iterdir())


def test_the_mast_command_keeps_itself_out_of_dumps(monkeypatch: pytest.MonkeyPatch) -> None:
    from mast_api import cli

    called = []
    monkeypatch.setattr(cli, "keep_out_of_dumps", lambda: called.append(True))
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert called
