"""agencyReferences: the way back to an agency's own record, which only that agency can go to its end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.town import NOW, Service, Town, ago

from mast_graph.agency_keys import put_agency_key, read_agency_keys
from mast_intake.agency_sealing import key_id, opened_by_agency
from mast_resolver.errors import SealBrokenError, UnknownNameError

HOME = "14 High Street, Walsall WS1 1AA"
ASK = """
query ($id: ID!) {
  agencyReferences(id: $id) {
    references { agencyId sealed }
    withoutKey { agencyId says }
    caution { text }
  }
}
"""
AS_PRACTITIONER = {"role": "safeguarding-practitioner", "purpose": "safeguarding-enquiry"}
PRIVATE = {name: X25519PrivateKey.generate() for name in ("police", "council-children", "nhs")}


@pytest.fixture
def lived(town: Town) -> Town:
    """Ruth, whom police, children's services and housing know by a contact, and fire by her home only."""
    town.says("police", "PNC-1", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(2))
    town.says("council-children", "CC/77", person="Ruth Ames", contact="CHILD_PROTECTION_PLAN", at=ago(20))
    town.says("housing", "T-9", person="Ruth Ames", contact="RENT_ARREARS", at=ago(30))
    town.says("fire", "F-3", person="Ruth Ames", place=HOME, lives=(ago(100), None))
    town.says("nhs", "N-4", person="Ruth Ames", contact="CAMHS_REFERRAL", at=ago(5), agreement="another")
    ours = (
        ("police", "PNC-1"),
        ("council-children", "CC/77"),
        ("housing", "T-9"),
        ("fire", "F-3"),
        ("nhs", "N-4"),
    )
    town.resolve({"ruth": list(ours)})
    for agency, private in PRIVATE.items():
        register(town, agency, private)
    return town


def register(town: Town, agency: str, private: X25519PrivateKey, *, at: dt.datetime = NOW) -> None:
    public = private.public_key().public_bytes_raw()
    town.store.write(lambda tx: put_agency_key(tx, agency, key_id(public), public, at=at))


def opened(answer: Any, agency: str) -> Sequence[str]:
    sealed = [each["sealed"] for each in answer["references"] if each["agencyId"] == agency]
    return [opened_by_agency(PRIVATE[agency], each).reference for each in sealed]


def test_each_agency_opens_its_own_reference_and_no_other(lived: Town, service: Service) -> None:
    answer = service.answer(ASK, id="P-ruth", **AS_PRACTITIONER)
    assert opened(answer, "police") == ["PNC-1"]
    assert opened(answer, "council-children") == ["CC/77"]
    for each in answer["references"]:
        for agency, private in PRIVATE.items():
            if agency != each["agencyId"]:
                with pytest.raises(SealBrokenError):
                    opened_by_agency(private, each["sealed"])
    assert (
        opened_by_agency(PRIVATE["police"], answer["references"][-1]["sealed"]).purpose
        == "safeguarding-enquiry"
    )


def test_an_agency_without_a_key_is_named_with_what_to_do(lived: Town, service: Service) -> None:
    answer = service.answer(ASK, id="P-ruth", **AS_PRACTITIONER)
    assert [each["agencyId"] for each in answer["withoutKey"]] == ["housing"]
    assert "ring its duty desk" in answer["withoutKey"][0]["says"]


def test_an_agency_of_which_no_contact_may_be_seen_is_as_if_not_there(lived: Town, service: Service) -> None:
    answer = service.answer(ASK, id="P-ruth", **AS_PRACTITIONER)
    # Fire has no contact with her; the hospital's is under an agreement that covers nobody here.
    # What is sealed is left out: any three letters are in it by chance.
    told = json.dumps(answer | {"references": [each["agencyId"] for each in answer["references"]]})
    assert "fire" not in told
    assert "nhs" not in told


def test_by_the_id_of_a_record_there_is_that_one_only(lived: Town, service: Service) -> None:
    answer = service.answer(ASK, id=lived.record("police", "PNC-1"), **AS_PRACTITIONER)
    assert [each["agencyId"] for each in answer["references"]] == ["police"]
    assert answer["withoutKey"] == []


def test_no_reference_is_anywhere_in_an_answer_or_in_the_audit(
    lived: Town, service: Service, tmp_path: Path
) -> None:
    response = service.ask(ASK, id="P-ruth", **AS_PRACTITIONER)
    log = (tmp_path / "audit.jsonl").read_text("utf-8")
    for reference in ("PNC-1", "CC/77", "T-9"):
        assert reference not in response.text
        assert reference not in log
    assert "agencyReferences" in log
    # Which records were told of is in the audit, by id.
    assert lived.record("police", "PNC-1") in log
    assert lived.record("housing", "T-9") not in log


def test_two_answers_have_nothing_in_common(lived: Town, service: Service) -> None:
    texts = [
        each["sealed"]
        for _ in range(2)
        for each in service.answer(ASK, id="P-ruth", **AS_PRACTITIONER)["references"]
    ]
    assert len(texts) == len(set(texts)) == 4


def test_a_shielded_person_answers_as_one_who_is_not_there(lived: Town, service: Service) -> None:
    record = lived.record("police", "PNC-1")
    absent = service.answer(ASK, id="P-nobody", **AS_PRACTITIONER)
    lived.store.define("MATCH (n:Person|PersonRecord) SET n.shielded = true")
    assert service.answer(ASK, id="P-ruth", **AS_PRACTITIONER) == absent
    assert service.answer(ASK, id=record, **AS_PRACTITIONER) == absent
    assert absent["references"] == absent["withoutKey"] == []


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        ("response-officer", "safeguarding-response"),
        ("safeguarding-practitioner", "safeguarding-response"),
        ("safeguarding-analyst", "safeguarding-response"),
        ("researcher", "research"),
        ("steward", "operation"),
        ("information-governance-officer", "information-governance"),
    ],
)
def test_nobody_else_and_for_nothing_else(lived: Town, service: Service, role: str, purpose: str) -> None:
    response = service.ask(ASK, id="P-ruth", role=role, purpose=purpose)
    assert response.status_code == 403, response.text
    assert "sealed" not in response.text


def test_an_analyst_in_an_enquiry_may_ask(lived: Town, service: Service) -> None:
    answer = service.answer(ASK, id="P-ruth", role="safeguarding-analyst", purpose="safeguarding-enquiry")
    assert opened(answer, "police") == ["PNC-1"]


def test_a_newer_key_takes_the_place_of_the_one_before(lived: Town, service: Service) -> None:
    newer = X25519PrivateKey.generate()
    register(lived, "police", newer, at=NOW + dt.timedelta(days=1))
    answer = service.answer(ASK, id="P-ruth", **AS_PRACTITIONER)
    (text,) = [each["sealed"] for each in answer["references"] if each["agencyId"] == "police"]
    assert opened_by_agency(newer, text).reference == "PNC-1"
    with pytest.raises(SealBrokenError):
        opened_by_agency(PRIVATE["police"], text)
    ended = [
        row["ended_at"] is not None for row in read_agency_keys(lived.store) if row["agency"] == "police"
    ]
    assert ended == [True, False]


def test_a_key_of_an_unknown_agency_is_refused(lived: Town) -> None:
    with pytest.raises(UnknownNameError):
        register(lived, "nobody", X25519PrivateKey.generate())
    assert not [row for row in read_agency_keys(lived.store) if row["agency"] == "nobody"]
