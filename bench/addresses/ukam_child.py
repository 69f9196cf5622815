"""Runs in an environment of its own: `uk-address-matcher` at its defaults over two CSV files.

Usage: python ukam_child.py CANONICAL MESSY OUT. The first two have the columns unique_id, address_concat and
postcode. It pins an older Splink than ours, so it cannot be imported beside us.
"""

import sys

import duckdb
from uk_address_matcher import AddressMatcher

TYPES = {"unique_id": "VARCHAR", "address_concat": "VARCHAR", "postcode": "VARCHAR"}


def main(canonical: str, messy: str, out: str) -> None:
    """Match, and write what was resolved."""
    con = duckdb.connect()
    matcher = AddressMatcher(
        canonical_addresses=con.read_csv(canonical, dtype=TYPES),
        addresses_to_match=con.read_csv(messy, dtype=TYPES),
        con=con,
        show_progress="off",
    )
    matcher.match().matches().write_csv(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
