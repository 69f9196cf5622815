"""Every error of the service: a code, a fact and a fix, and never a clear-text value."""

from __future__ import annotations


class MastError(Exception):
    """Something the caller can understand and act on.

    Subclasses set ``code`` (stable, listed in ``docs/errors.md``). ``fact`` says what is the case,
    ``fix`` what to do about it. Neither may hold a name, a date of birth, an address, a number, an
    agency's reference or a key.

    Example:
        >>> print(UnknownNameError("no query is called 'read.x'", fix="did you mean read.y?"))
        MAST-201: no query is called 'read.x'
          fix: did you mean read.y?
    """

    code: str = "MAST-000"

    def __init__(self, fact: str, *, fix: str) -> None:
        self.fact = fact
        self.fix = fix
        super().__init__(f"{self.code}: {fact}\n  fix: {fix}")


class UsageError(MastError):
    """The call itself is wrong; commands leave with exit code 2."""

    code = "MAST-001"


class SettingsError(UsageError):
    """One or more settings are missing or unreadable; all faults are listed at once."""

    code = "MAST-002"


class SourceFileError(UsageError):
    """A source YAML file is malformed or does not say what it must."""

    code = "MAST-101"


class UnknownColumnError(UsageError):
    """A file has a column that its source neither maps nor ignores, or lacks one it maps."""

    code = "MAST-102"


class UnreadableFileError(MastError):
    """A data file cannot be read at all: encoding, format, empty, a quote left open."""

    code = "MAST-103"


class UnknownLayoutError(UsageError):
    """The header of a gazetteer, or of a look-up of areas, is of no layout that is known."""

    code = "MAST-104"


class RuleFileError(UsageError):
    """A rule's YAML file is malformed or does not say what it must."""

    code = "MAST-105"


class UnitCostsError(UsageError):
    """A file of unit costs is malformed, or a cost does not say who published it, when, in which prices."""

    code = "MAST-106"


class SnapshotShrunkError(MastError):
    """A snapshot lacks most of what its feed holds, and nobody said that it is meant."""

    code = "MAST-107"


class KeyMissingError(UsageError):
    """No pseudonymisation key is set, or its file is readable by others, or damaged."""

    code = "MAST-110"


class KeyVersionError(MastError):
    """Something was encoded under a key version that the key file does not hold."""

    code = "MAST-111"


class SealBrokenError(MastError):
    """A sealed value cannot be opened: another key, or it was changed."""

    code = "MAST-112"


class KeysChangedError(MastError):
    """The graph is under another key version than the one that this process works with."""

    code = "MAST-113"


class KeysRotatingError(MastError):
    """A rotation of the keys, or a new supply after one was compromised, is not finished."""

    code = "MAST-114"


class AddressTooBroadError(UsageError):
    """A typed address names no single place (only a town, only a postcode, nothing)."""

    code = "MAST-120"


class SearchTooBroadError(UsageError):
    """A person search gives less than the minimum that a search needs."""

    code = "MAST-121"


class SearchUnreadableError(UsageError):
    """Something typed of a person or a place cannot be what it is given as; a search would pass it over."""

    code = "MAST-122"


class UnknownNameError(MastError):
    """A named thing of ours (query, contact type, model) does not exist."""

    code = "MAST-201"


class QueryFileError(MastError):
    """A Cypher file's header and text disagree, or a call does not fit the header."""

    code = "MAST-202"


class GraphUnavailableError(MastError):
    """The database cannot be reached or did not answer in time; nothing is known about the answer."""

    code = "MAST-210"


class GraphCredentialsError(MastError):
    """The database refused the user name or the password."""

    code = "MAST-211"


class GraphOutcomeUnknownError(MastError):
    """The connection went while a write was being committed: it may or may not be stored."""

    code = "MAST-212"


class GraphFullError(MastError):
    """The disk is (nearly) full: writing stopped before the database could be harmed."""

    code = "MAST-213"


class GraphRefusedError(MastError):
    """The database refused a statement: a constraint, a type, a limit. Its own words are not passed on."""

    code = "MAST-214"


class LeaseLostError(MastError):
    """Another writer took over: what this one was about to commit is refused."""

    code = "MAST-220"


class LeaseHeldError(MastError):
    """Another writer is at work and still alive."""

    code = "MAST-221"


class ServerStartError(MastError):
    """The managed Neo4j did not start."""

    code = "MAST-230"


class DataFolderLockedError(MastError):
    """Another process of ours holds this data folder."""

    code = "MAST-231"


class PortTakenError(MastError):
    """The port to listen on is in use."""

    code = "MAST-232"


class RuntimeDownloadError(MastError):
    """The Neo4j jars could not be fetched, or do not have the pinned checksum."""

    code = "MAST-233"


class OtherFixturesError(UsageError):
    """The graph holds other data than the fixtures that are to be loaded into it."""

    code = "MAST-234"


class ModelFileError(MastError):
    """A model file is of another version, damaged, or has an untrained level."""

    code = "MAST-240"


class ContradictionError(MastError):
    """A steward decision contradicts one that stands."""

    code = "MAST-250"


class ResolverStaleError(MastError):
    """The resolver's memory no longer agrees with what is stored; it has to be restored from the graph."""

    code = "MAST-251"


class UnknownRecordError(MastError):
    """A record or an entity that was named is not there."""

    code = "MAST-252"


class VocabularyError(MastError):
    """The contact vocabulary file is damaged or contradicts itself."""

    code = "MAST-260"


class PolicyError(MastError):
    """The files of the policy cannot be read, or contradict their schema."""

    code = "MAST-261"


class AgreementError(UsageError):
    """A data sharing agreement cannot be as it was stated."""

    code = "MAST-262"


class DirectoryError(UsageError):
    """An entry of the directory is another agency's already."""

    code = "MAST-263"


class GlassError(MastError):
    """A broken glass is not there, is over, or was reviewed."""

    code = "MAST-254"


class BackupDamagedError(MastError):
    """A backup is not whole: changed, cut off, put into another order, or of parts of several."""

    code = "MAST-270"


class BackupForeignError(MastError):
    """A backup was made under a key that the key file does not hold, or by a release that we are not."""

    code = "MAST-271"


class BackupNotWrittenError(MastError):
    """A backup cannot be written where it is to be."""

    code = "MAST-272"


class RestoreDiffersError(MastError):
    """What a restored database gives back is not what the backup holds; the data folder is as it was."""

    code = "MAST-273"


class FeedRegisterError(MastError):
    """The register of expected feeds cannot be read."""

    code = "MAST-280"


class DeliveryError(MastError):
    """A delivery that was named is not held back, or cannot be loaded any more."""

    code = "MAST-281"


class RuleRefusedError(UsageError):
    """A rule may not be put in force: its tests, its backtest, its review or its version are against it."""

    code = "MAST-290"


class UnknownAlertError(MastError):
    """An alert that is not there, or not for whoever asks."""

    code = "MAST-291"


class NotAuthenticatedError(MastError):
    """The request carries no valid bearer token."""

    code = "MAST-301"


class NotAllowedError(MastError):
    """The caller's role and purpose do not permit this question."""

    code = "MAST-302"


class PurposeMissingError(MastError):
    """The request names no purpose."""

    code = "MAST-303"


class IssuerUnavailableError(MastError):
    """The keys of the token issuer cannot be fetched, or are not to be used: nobody can be known."""

    code = "MAST-304"


class QueryTooCostlyError(MastError):
    """The GraphQL document is over a limit: depth, aliases, tokens or cost."""

    code = "MAST-310"


class BadCursorError(UsageError):
    """A pagination cursor or page size is not usable."""

    code = "MAST-311"


class BadRequestError(UsageError):
    """A request is not one usable GraphQL operation in one JSON object."""

    code = "MAST-312"


class UnknownDocumentError(MastError):
    """Only registered documents are answered here, and this is none of them."""

    code = "MAST-313"


class AuditUnavailableError(MastError):
    """The audit log cannot be written, so nothing is answered."""

    code = "MAST-320"


class TooManyRequestsError(MastError):
    """A caller asks too much at once, or for too many different people and places."""

    code = "MAST-330"
    retry_after_s: int = 60
    """In how many seconds it may be asked again."""


class LegalHoldError(MastError):
    """What is to be removed is under legal hold."""

    code = "MAST-340"


class AgencyLeftError(MastError):
    """The agency has left: nothing of it may be loaded."""

    code = "MAST-341"


class IdentityError(UsageError):
    """An identity that was presented cannot be read, or others may read it."""

    code = "MAST-342"
