"""Which call follows from which answer: the links of the description."""

from typing import Any

Links = dict[str, dict[str, Any]]

_OPENED = "$response.body#/number"
_SAME = "$request.path.number"
_READS = {
    "read_appeal": "Follow the appeal",
    "read_journal": "Read its facts",
    "read_result": "Read its result",
    "read_chain": "See what it follows and what follows it",
    "list_files": "List its files",
    "read_proof": "Prove its journal",
}


def _link(operation: str, words: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "description": words, "parameters": parameters}


def _reads(number: str) -> Links:
    return {name: _link(name, words, number=number) for name, words in _READS.items()}


LINKS: dict[tuple[str, int], Links] = {
    ("open_appeal", 201): _reads(_OPENED)
    | {
        "send_command": _link("send_command", "Send a decision on it", number=_OPENED),
        "attach_file": _link("attach_file", "Attach a file", number=_OPENED),
    },
    ("read_appeal", 200): {
        "send_command": _link("send_command", "Send a decision that it awaits", number=_OPENED),
        "read_confirmation": _link("read_confirmation", "Read the answer as a paper", number=_OPENED),
        "read_request": _link("read_request", "Read the written request of an escalation", number=_OPENED),
        "read_decision": _link("read_decision", "Read the official decision on it", number=_OPENED),
        "read_protocol": _link("read_protocol", "Read the protocol of a check of several services", number=_OPENED),
        "read_data": _link("read_data", "Fetch the data that it asks for", number=_OPENED),
        "read_accesses": _link("read_accesses", "See who has looked at it", number=_OPENED),
    },
    ("read_journal", 200): {
        "next_page": _link("read_journal", "The next page", number=_SAME, after="$response.body#/next_after")
    },
    ("read_chain", 200): {"read_chain_journal": _link("read_chain_journal", "Read their facts", number=_SAME)},
    ("send_command", 202): {
        "read_appeal": _link("read_appeal", "See what came of it", number=_SAME),
        "read_result": _link("read_result", "Read the result", number=_SAME),
    },
    ("attach_file", 201): {
        name: _link(name, words, number=_SAME, file_id="$response.body#/id")
        for name, words in {"read_file": "Read the file", "read_preview": "Look at it"}.items()
    },
    ("read_accesses", 200): {
        "next_page": _link("read_accesses", "The next page", number=_SAME, after="$response.body#/next_after")
    },
    ("order_batch", 202): {
        name: _link(name, words, batch_id="$response.body#/id")
        for name, words in {
            "read_batch": "See how far it is",
            "read_batch_items": "Read what became of each",
            "cancel_batch": "Have it send nothing more",
        }.items()
    },
    ("request_erasure", 200): {"approve_erasure": _link("approve_erasure", "Consent to it", number=_SAME)},
}
