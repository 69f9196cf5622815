"""Addresses as written to canonical components: one parser a country, behind one protocol."""

from __future__ import annotations

from mast_intake.address.parsed import AddressParser, ParsedAddress
from mast_intake.address.parsing import country_code, has_damaged_postcode, house_beside, parse

__all__ = ["AddressParser", "ParsedAddress", "country_code", "has_damaged_postcode", "house_beside", "parse"]
