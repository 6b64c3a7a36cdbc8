"""What a caller can ask for: one operation for each thing that a route or a command does."""

from enum import StrEnum


class Operation(StrEnum):
    """A thing that can be done; the table of `domain/rights/table.py` says by whom."""

    OPEN_APPEAL = "open_appeal"
    READ_APPEAL = "read_appeal"
    READ_PERSONAL_DATA = "read_personal_data"
    """Details, comparison and facts within an appeal, and the citizen's name on its protocol."""
    READ_JOURNAL = "read_journal"
    READ_RESULT = "read_result"
    READ_PROTOCOL = "read_protocol"
    READ_CHAIN = "read_chain"
    READ_CHAIN_JOURNAL = "read_chain_journal"
    READ_PAPER = "read_paper"
    FETCH_DATA = "fetch_data"
    ATTACH_FILE = "attach_file"
    ATTACH_AT_DESK = "attach_at_desk"
    """What somebody has brought on paper or sent otherwise, for a case that is with the unit."""
    LIST_FILES = "list_files"
    READ_FILE = "read_file"
    SEND_COMMAND = "send_command"
    READ_ACCESSES = "read_accesses"
    READ_PROOF = "read_proof"
    READ_LOG = "read_log"
    READ_LOG_KEY = "read_log_key"
    DECODE_PAYLOADS = "decode_payloads"
    """What the engine keeps of any case, opened for the engine's own pages."""
    REQUEST_ERASURE = "request_erasure"
    APPROVE_ERASURE = "approve_erasure"
    READ_HEALTH = "read_health"
    READ_MANUAL = "read_manual"
    SIGN_IN = "sign_in"
    READ_ASSET = "read_asset"
    ORDER_BATCH = "order_batch"
    """One decision for many appeals; what it says to each is asked of each as well."""
    READ_BATCH = "read_batch"
    CANCEL_BATCH = "cancel_batch"
    FOLLOW_APPEAL = "follow_appeal"
    FOLLOW_DESK = "follow_desk"
    """Live: what happens in the cases that the caller reaches, without what it tells of a person."""
    LIST_APPEALS = "list_appeals"
    LIST_TASKS = "list_tasks"
    READ_MESSAGES = "read_messages"
    WORK_ON_APPEAL = "work_on_appeal"
    """The case on one page of the desk, and the decisions there; each decision is asked of the case as well."""
    MANAGE_WEBHOOKS = "manage_webhooks"
    AUDIT_CASES = "audit_cases"
    AUDIT_CASE = "audit_case"
    """The case beside its process: what of its journal is in clear, hashes, events, proofs; nothing of a person."""
    VERIFY_CASE = "verify_case"
    """Have a worker replay the case and hold the register against that; its verdict tells nothing of a person."""
    TAKE_EVIDENCE = "take_evidence"
    ASK_FOR_HELP = "ask_for_help"
    """With one field of a form that is being filled in; no case is there yet."""
    LIST_HELP = "list_help"
    GIVE_HELP = "give_help"
    """What somebody has typed into that field is seen and answered."""
    LIST_REPLIES = "list_replies"
    """Which replies await quality control; nothing of what they say."""
    CHECK_REPLY = "check_reply"
    READ_FIGURES = "read_figures"
    """What the appeals of a period add up to; it tells of nobody."""


class Reach(StrEnum):
    """For which cases a role may do an operation.

    none: no case. own: those that the caller has opened or, being a citizen, is the citizen of. task: those that
    await a decision of the role now. unit: those that the role's unit handles. all: every case.

    A unit handles a case that is with it or has been, by a hand-over, or that awaits or has awaited a decision of
    the unit's role; its people also handle what they have opened themselves.
    """

    NONE = "none"
    OWN = "own"
    TASK = "task"
    UNIT = "unit"
    ALL = "all"


class Scope(StrEnum):
    """What a portal's client was granted by the issuer, beside its role."""

    OPEN = "appeals:open"
    READ = "appeals:read"
    DECIDE = "appeals:decide"
    DATA = "data:read"
    WEBHOOKS = "webhooks:manage"
