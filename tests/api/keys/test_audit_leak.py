"""What the audit log tells whoever steals it: who asked, about which ids, and never what was typed."""

from __future__ import annotations

from pathlib import Path

from tests.town import Service, Town, ago

from mast_intake.search import AddressQuery

HOME = "14 High Street, Walsall WS1 1AA"
PLACE = "query ($a: String!) { concernsAtAddress(address: $a) { matches { addressId } } }"


def asked(town: Town, service: Service, folder: Path) -> str:
    town.says(
        "police", "PNC-1", person="Ruth Ames", place=HOME, lives=(ago(9), None), contact="WELFARE_CHECK"
    )
    town.resolve({"ruth": [("police", "PNC-1")]})
    service.answer(PLACE, a=HOME)
    return (folder / "audit.jsonl").read_text("utf-8")


def test_the_audit_log_tells_who_asked_and_which_ids_and_no_value(
    town: Town, service: Service, tmp_path: Path
) -> None:
    log = asked(town, service, tmp_path)
    assert "response-officer" in log
    assert town.address(HOME) in log
    for value in ("Ruth", "Ames", "High Street", "high street", "WS1", "PNC-1"):
        assert value not in log


def test_with_the_key_a_guess_of_what_was_asked_for_is_confirmed_by_the_audit_log(
    town: Town, service: Service, tmp_path: Path
) -> None:
    log = asked(town, service, tmp_path)
    tokens = town.pseudonymiser.address_query(AddressQuery(HOME)).tokens
    assert tokens["place"] in log
