"""Whatever is done to an audit log is found: by the seals alone, or by what was held elsewhere."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.audit.logs import chained_anew, clock, opened, seals, write

from mast_api.audit.chain import START, Head, digest, encoded, parsed, sealed_text
from mast_api.audit.check import MOST_FAULTS, verify
from mast_api.audit.checkpoints import Checkpoint, checkpoint, read_checkpoints
from mast_api.audit.export import exported
from mast_api.audit.keys import SealKeys, TrustedKeys
from mast_api.audit.log import AuditLog
from mast_api.audit.segments import segments
from mast_api.audit.trail import Wanted, trail
from mast_resolver.errors import AuditUnavailableError, KeyMissingError, UnreadableFileError

Lines = list[bytes]


def faults(path: Path, *held: Checkpoint, trusted: TrustedKeys | None = None) -> tuple[str, ...]:
    return verify(path, trusted or seals(path).trusted, held).faults


def lines(path: Path) -> Lines:
    return path.read_bytes().splitlines(keepends=True)


def held(path: Path) -> Checkpoint:
    return checkpoint(path, seals(path), clock())


def unsealed(entry: dict[str, Any]) -> bytes:
    """The same, chained so that it never had a seal."""
    bare = {name: value for name, value in entry.items() if name not in ("key", "digest", "seal")}
    return encoded(bare | {"digest": digest(bare)})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two", "three", "fou\u00e9r")
    assert faults(path) == ()
    return path


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda all_: [all_[0], all_[1].replace(b"one", b"ONE"), *all_[2:]], id="changed"),
        pytest.param(lambda all_: all_[1:], id="the first dropped"),
        pytest.param(lambda all_: [*all_[:2], *all_[3:]], id="one dropped"),
        pytest.param(lambda all_: [all_[0], all_[2], all_[1], *all_[3:]], id="reordered"),
        pytest.param(lambda all_: [*all_, all_[-1]], id="the last one twice"),
        pytest.param(lambda all_: [*all_[:2], *all_[1:]], id="one twice"),
        pytest.param(lambda all_: [all_[0], b"rubbish\n", *all_[1:]], id="a line put between"),
        pytest.param(lambda all_: [*all_, b"rubbish"], id="a tail that is no entry"),
        pytest.param(lambda all_: [all_[0], all_[1].replace(b'":', b'": ', 1), *all_[2:]], id="a space"),
    ],
)
def test_a_log_that_was_interfered_with_does_not_verify(log: Path, spoil: Callable[[Lines], Lines]) -> None:
    log.write_bytes(b"".join(spoil(lines(log))))
    assert faults(log)


def test_every_bit_of_a_log_counts(log: Path) -> None:
    content = log.read_bytes()
    trusted = seals(log).trusted
    missed = []
    for place in range(len(content)):
        for bit in range(8):
            spoilt = bytearray(content)
            spoilt[place] ^= 1 << bit
            log.write_bytes(bytes(spoilt))
            if not verify(log, trusted).faults:
                missed.append((place, bit))
    assert missed == []


def test_random_bits_of_a_big_log_count(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"

    async def many(log: AuditLog) -> None:
        await asyncio.gather(*(log.append({"event": "intent", "subject": f"o{n}"}) for n in range(5_000)))

    with opened(path, segment_bytes=200_000) as log:
        asyncio.run(many(log))
    assert len(segments(path)) > 3
    assert faults(path) == ()
    draw = random.Random(20261126)
    for _ in range(12):
        spoilt = draw.choice(segments(path))
        content = spoilt.read_bytes()
        place = draw.randrange(len(content))
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        spoilt.write_bytes(bytes(changed))
        assert faults(path), (spoilt.name, place)
        spoilt.write_bytes(content)


def test_who_has_no_key_cannot_chain_it_anew(log: Path, tmp_path: Path) -> None:
    entries = [entry for entry in map(parsed, lines(log)) if entry]
    forged = _other_keys(tmp_path)
    del entries[2]
    chained_anew(log, entries, forged, version=1)
    assert faults(log)
    entries[0]["public"] = forged.public(1)
    chained_anew(log, entries, forged, version=1)
    assert "the first of the trusted keys" in "".join(faults(log))


def _other_keys(tmp_path: Path) -> SealKeys:
    (tmp_path / "other").mkdir(exist_ok=True)
    return SealKeys.open(tmp_path / "other" / "audit-key.json")


def test_who_took_only_a_newer_key_cannot_seal_the_past_anew(log: Path) -> None:
    before = held(log)
    with opened(log) as opened_log:
        assert opened_log.renew_key() == 2
    write(log, "under the second key")
    assert faults(log, before, held(log)) == ()
    # All that the newer key can vouch for is what it was brought into force before.
    past = [entry for entry in map(parsed, lines(log)) if entry]
    newest = seals(log)
    chained_anew(log, [each for each in past if each["event"] != "two"], newest, version=2)
    assert "where key 1 was in force" in "".join(faults(log))
    chained_anew(log, [each for each in past if each["event"] != "two"], newest, version=1)
    assert "not that of the key in force" in "".join(faults(log))


def test_who_took_every_key_is_found_by_a_checkpoint_that_was_held_elsewhere(log: Path) -> None:
    before, keys = held(log), seals(log)
    past = [entry for entry in map(parsed, lines(log)) if entry]
    past[2]["event"] = "TWO"
    chained_anew(log, past, keys, version=1)
    assert faults(log) == ()
    assert faults(log, before) == ("a checkpoint of 5 entries names another entry than stands there",)


def test_a_cut_tail_is_found_by_a_checkpoint_also_when_the_log_went_on(log: Path) -> None:
    before = held(log)
    log.write_bytes(b"".join(lines(log)[:-1]))
    assert faults(log) == ()
    assert faults(log, before) == ("a checkpoint says that there were 5 entries; there are 4",)
    write(log, "in its place", "and more")
    assert faults(log, before) == ("a checkpoint of 5 entries names another entry than stands there",)


def test_two_heads_for_one_size_are_found(log: Path) -> None:
    first = held(log)
    log.write_bytes(b"".join(lines(log)[:-1]))
    write(log, "in its place")
    second = held(log)
    assert (first.size, first.head) != (second.size, second.head)
    assert "there were two logs" in "".join(faults(log, first, second))


def test_a_log_that_was_begun_anew_is_another_log(log: Path) -> None:
    before = held(log)
    log.unlink()
    write(log, "one", "two", "three", "four", log_id="log-2")
    assert "is of another log" in "".join(faults(log, before))
    log.unlink()
    assert faults(log, before) == ("a checkpoint says that there were 5 entries; there are 0",)


def test_a_checkpoint_that_was_changed_is_not_trusted(log: Path) -> None:
    made = held(log)
    for changed in (
        replace(made, size=4),
        replace(made, head=START),
        replace(made, at="2026-01-01"),
        replace(made, log="log-2"),
        replace(made, key=2),
        replace(made, signature=made.signature.upper()),
    ):
        assert "not signed by a key that is trusted" in faults(log, changed)[0]


def test_a_seal_that_was_left_out_is_missed(log: Path) -> None:
    *before, last = lines(log)
    entry = json.loads(last)
    del entry["seal"]
    log.write_bytes(b"".join([*before, encoded(entry)]))
    assert faults(log) == ("line 5: its seal is not that of the key in force",)
    # Chained so that it never had one: what is not sealed is said.
    log.write_bytes(b"".join([*before, unsealed(entry)]))
    assert faults(log) == ("line 5 and what follows it carry no seal",)


def test_entries_without_a_seal_stay_and_count_for_nothing(log: Path) -> None:
    """A crash may leave them, or somebody without the key: the log's next seal does not vouch for them."""
    *before, third, last = lines(log)
    forged = unsealed(json.loads(third) | {"event": "FORGED"})
    torn = forged + unsealed(json.loads(last))
    log.write_bytes(b"".join([*before, torn]))
    write(log, "after")
    found = verify(log, seals(log).trusted)
    assert (found.faults, found.torn) == ((), 1)
    events = [entry["event"] for entry in trail(log, Wanted(), 100).entries]
    assert events == ["after", "torn", *(entry["event"] for entry in map(parsed, reversed(before)) if entry)]
    # What is noted as torn cannot be changed afterwards either.
    log.write_bytes(log.read_bytes().replace(b"FORGED", b"forged"))
    assert "notes something else as torn" in faults(log)[0]


def test_a_key_that_was_made_anew_does_not_go_on_with_the_log(log: Path) -> None:
    log.with_name("audit-key.json").unlink()
    with pytest.raises(KeyMissingError, match="another key"):
        opened(log)


def test_full_files_are_checked_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, *map(str, range(40)), segment_bytes=2_000)
    write(path, "after a restart", segment_bytes=2_000)
    files = segments(path)
    assert len(files) > 5
    assert (verify(path, seals(path).trusted).entries, faults(path)) == (42, ())
    third = files[2].read_bytes()
    files[2].unlink()
    assert faults(path)
    files[2].write_bytes(files[3].read_bytes())
    assert faults(path)
    files[2].write_bytes(third)
    assert faults(path, held(path)) == ()


def test_a_crash_between_a_full_file_and_the_next_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, *map(str, range(10)), segment_bytes=2_000)
    path.unlink(missing_ok=True)  # as if the new one had not been begun
    kept = verify(path, seals(path).trusted)
    assert kept.faults == ()
    write(path, "after", segment_bytes=2_000)
    assert faults(path) == ()
    assert verify(path, seals(path).trusted).entries == kept.entries + 1


def test_what_is_damaged_all_over_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, *map(str, range(60)))
    path.write_bytes(path.read_bytes().replace(b'"seal"', b'"SEAL"'))
    found = faults(path)
    assert len(found) == MOST_FAULTS + 1
    assert found[-1].endswith("further faults")


EVENTS = st.lists(st.sampled_from(["intent", "answer", "renew", "reopen"]), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=EVENTS, data=st.data())
def test_no_line_can_be_dropped_moved_or_repeated_whatever_the_log_went_through(
    story: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("log") / "audit.jsonl"
    log = opened(path)
    for event in story:
        if event == "renew":
            log.renew_key()
        elif event == "reopen":
            log.close()
            log = opened(path)
        else:
            asyncio.run(log.append({"event": event}))
    log.close()
    made = held(path)
    assert faults(path, made) == ()
    whole = lines(path)
    from_, to = (data.draw(st.integers(0, len(whole) - 1)) for _ in range(2))
    kind = data.draw(st.sampled_from(["drop", "move", "repeat"]))
    spoilt = list(whole)
    line = whole[from_] if kind == "repeat" else spoilt.pop(from_)
    if kind != "drop":
        spoilt.insert(to, line)
    if spoilt != whole:
        path.write_bytes(b"".join(spoilt))
        assert faults(path, made)


def test_checkpoints_and_public_keys_travel_as_files(log: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere.jsonl"
    there.write_text(held(log).line() + "\n\n" + held(log).line() + "\n")
    public = tmp_path / "public.json"
    public.write_text(seals(log).trusted.as_json())
    assert faults(log, *read_checkpoints([there]), trusted=TrustedKeys.read(public)) == ()
    assert faults(log, trusted=_other_keys(tmp_path).trusted)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"size": 1}', "rubbish", '{"1": "zz"}', '{"1": 2}'])
def test_files_that_are_neither_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    if content:
        with pytest.raises(UnreadableFileError):
            read_checkpoints([path])
    if content not in ("{}",):
        with pytest.raises(KeyMissingError):
            TrustedKeys.read(path)
    path.chmod(0o600)
    with pytest.raises(KeyMissingError):
        SealKeys.open(path)


def test_a_key_file_that_others_can_read_is_refused(log: Path) -> None:
    key = log.with_name("audit-key.json")
    key.chmod(0o644)
    with pytest.raises(KeyMissingError, match="can be read by others"):
        opened(log)


def test_a_log_whose_key_is_gone_takes_no_entry(log: Path) -> None:
    with opened(log) as opened_log:
        opened_log.renew_key()
    first = json.loads(log.with_name("audit-key.json").read_text())
    log.with_name("audit-key.json").write_text(json.dumps({"1": first["1"]}))
    with pytest.raises(KeyMissingError, match="key 2"):
        opened(log)


def test_without_a_sealed_entry_there_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with pytest.raises(AuditUnavailableError, match="no sealed entry"):
        held(path)


def test_a_seal_signs_place_and_hash() -> None:
    assert sealed_text(Head(7, "ab")) != sealed_text(Head(8, "ab")) != sealed_text(Head(8, "ac"))


def test_what_is_exported_verifies_elsewhere_and_a_part_of_it_is_what_was_written_then(
    tmp_path: Path,
) -> None:
    path, other = tmp_path / "audit.jsonl", tmp_path / "other" / "audit.jsonl"
    write(path, *"abcdefgh", segment_bytes=900)
    assert len(segments(path)) > 1
    other.parent.mkdir()
    other.write_bytes(b"".join(exported(path)))
    checked = verify(other, seals(path).trusted, ())
    assert (checked.entries, checked.faults) == (9, ())
    with path.open("ab") as file:
        file.write(b'{"half a line')
    assert b"".join(exported(path)) == other.read_bytes(), "no seal vouches for what is just being written"
    later = dt.timedelta(seconds=1)
    assert list(exported(path, since=clock() + later)) == list(exported(path, until=clock())) == []
    assert len(list(exported(path, since=clock(), until=clock() + later))) == 9
