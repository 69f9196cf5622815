"""An agency leaves: all that it brought goes with it, and whoever others know is resolved without."""

from __future__ import annotations

import datetime as dt

from mast_api.rights.purging import Purging
from mast_graph.departures import depart
from mast_graph.lease import Lease
from mast_graph.purge import Removed
from mast_graph.purge_selecting import OfAgency
from mast_resolver.errors import LegalHoldError

RULE = "agency-left"


def leave(
    purging: Purging, lease: Lease, agency: str, found: OfAgency, *, by: str, at: dt.datetime, keep_held: bool
) -> Removed:
    """Purge an agency. Killed, it is run again: nothing of the agency is loaded meanwhile.

    Raises:
        LegalHoldError: some of it is under legal hold, and is not to be kept; nothing was removed.
    """
    if found.held and not keep_held:
        raise LegalHoldError(
            f"{len(found.held)} records of the agency are under legal hold",
            fix="lift the hold, or keep them with --keep-held and run it again when it is lifted",
        )
    held = set(found.held)
    with purging:
        depart(lease, agency, by=by, at=at)
        return purging.records(
            [record for record in found.persons if record not in held],
            [record for record in found.addresses if record not in held],
        )
