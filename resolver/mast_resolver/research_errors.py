"""Errors of figures for research: what may not be given out, and why."""

from __future__ import annotations

from mast_resolver.errors import MastError


class CohortTooCloseError(MastError):
    """A cohort is too small, or too near to released ones: who is in the difference could be worked out."""

    code = "MAST-350"


class PolicyMixedError(MastError):
    """The same people were counted under another disclosure policy."""

    code = "MAST-351"


class LedgerChangedError(MastError):
    """What was released, or put forward, is not on record as it was written: nothing of it is released."""

    code = "MAST-352"


class ReleaseError(MastError):
    """A release is not there, is decided already, or is not for whoever wants to decide it."""

    code = "MAST-353"


class LedgerFullError(MastError):
    """So many cohorts were released that a new one cannot be held against all of them in time."""

    code = "MAST-354"


class LedgerBehindError(MastError):
    """By the audit log more was released than the ledger remembers: the graph was set back."""

    code = "MAST-355"


class OutsideLimitsError(MastError):
    """A figure is asked for outside what it was evaluated for, or of too little to be worked out at all."""

    code = "MAST-360"
