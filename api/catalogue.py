"""Every problem that this API answers with, for those who program against it: when it comes and what to do then.

The Russian texts stand where each problem is raised; English readers get these, or the finer ones of `english.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A problem's statuses, its title and its usual detail in English."""

    title: str
    detail: str
    statuses: tuple[int, ...]


def _entry(title: str, detail: str, *statuses: int) -> Entry:
    return Entry(title, detail, statuses)


_CLOSED = "The appeal is closed. It can be rated, followed by a new appeal, or escalated."
_LATER = "Send the same request a little later, under the same idempotency key: it will not be done twice."

CATALOGUE: dict[str, Entry] = {
    # About the request itself.
    "not_json": _entry(
        "The request can't be read", "Send one JSON document: Content-Type: application/json.", 400, 415
    ),
    "not_a_form": _entry("The request can't be read", "Send multipart/form-data with the fields kind and file.", 400),
    "invalid_request": _entry("The request is filled in wrongly", "Mend the named fields and send it again.", 422),
    "mistyped_number": _entry(
        "The appeal number is wrong", "It has 16 digits with a check digit; look at the confirmation again.", 422
    ),
    "too_slow": _entry("The request did not come", "Its body took too long. Send it again.", 408),
    "too_long": _entry("The request is too long", "Shorten the texts; files are attached separately.", 413),
    "head_too_long": _entry("The request's head is too long", "Send fewer and shorter headers and parameters.", 431),
    "unknown_address": _entry("No such address", "Look the address up in the description of the API.", 404),
    "method_not_allowed": _entry(
        "This method is not supported here", "Look it up in the description of the API.", 405
    ),
    "too_often": _entry("Too many requests", "Wait as many seconds as Retry-After says.", 429),
    "idempotency_key_missing": _entry(
        "No idempotency key", "Make one for this request and send it as Idempotency-Key, the same one each time.", 400
    ),
    "still_running": _entry(
        "The same request is being worked on", "Send it again a little later under the same key for its answer.", 409
    ),
    # About the caller.
    "unauthorised": _entry("A valid access token is needed", "Get a new token from the issuer.", 401),
    "role_not_allowed": _entry("Not an action of your role", "Somebody in another role has to do it.", 403),
    "insufficient_scope": _entry(
        "The portal's client lacks a scope",
        "Ask the issuer for a token with the scope that WWW-Authenticate names.",
        403,
    ),
    # About the appeal.
    "unknown_appeal": _entry("No such appeal", "There is none of this number, or it is not yours to see.", 404),
    "erased": _entry("The appeal's data are erased", "It ended, and what it told of a person is gone for good.", 410),
    "not_expected": _entry("The decision is not expected now", "`expects` lists what the appeal waits for.", 409),
    "closed": _entry("The appeal is closed", _CLOSED, 409),
    "contradiction": _entry("The decision contradicts the appeal", "The detail says what does not fit.", 422),
    "changed": _entry(
        "The appeal has changed", "`changes` says what happened since you read it: read it again and decide.", 412
    ),
    "id_reused": _entry("The key is used", "Another decision was taken under this key. Take a new one.", 422),
    "idempotency_key_reused": _entry("The key is used", "Something else was sent under it. Take a new one.", 422),
    "no_protocol": _entry("No protocol", "Only appeals about several services have one.", 404),
    "no_paper_yet": _entry("No such paper yet", "It is made when the appeal has got so far.", 404),
    "no_data": _entry("No data", "They are not ready yet, were sent another way, or their time is over.", 404),
    "too_many_streams": _entry("Too many open streams", "Close those that you do not need.", 429),
    "unknown_place": _entry("No such entry", "Go on with the `next_after` of the page before.", 422),
    "unsearchable": _entry(
        "Nothing can be found by these words",
        "What appeals say is sealed. Search by a number, or a whole phone, e-mail, SNILS, INN or passport.",
        422,
    ),
    # About webhooks.
    "unknown_endpoint": _entry("No such endpoint", "Look at the list of the portal's endpoints.", 404),
    "unknown_delivery": _entry("No such delivery", "Look at the list of the portal's deliveries.", 404),
    "too_many_endpoints": _entry("Too many endpoints", "Remove one that is not needed any more.", 409),
    "secret_shown": _entry(
        "A secret is shown once", "If it is lost, make a new one under a new Idempotency-Key.", 409
    ),
    # About files.
    "unknown_file": _entry("No such file", "Look at the list of the appeal's files.", 404),
    "file_waits": _entry("The file is still being checked", "It opens when the check is over.", 409),
    "no_preview": _entry("No preview", "Download the file to look at it.", 404),
    "file_empty": _entry("The file was not taken", "It is empty. Check it and attach it again.", 422),
    "file_too_big": _entry("The file was not taken", "It is too big. Make it smaller and attach it again.", 413),
    "file_type_unknown": _entry(
        "The file was not taken", "Its type is not taken. Save it as PDF, JPG, PNG or DOCX.", 422
    ),
    "file_format_wrong": _entry(
        "The file was not taken", "This document is taken in other formats. Save it as PDF and attach it.", 422
    ),
    "file_with_macros": _entry(
        "The file was not taken", "It holds macros or objects. Save it without, or as PDF.", 422
    ),
    "file_encrypted": _entry("The file was not taken", "It has a password. Take it off and attach it again.", 422),
    "file_active": _entry(
        "The file was not taken", "It holds scripts or files. Print it to PDF and attach that.", 422
    ),
    "file_bomb": _entry(
        "The file was not taken", "Unpacked it is too big. Make it smaller and attach it again.", 422
    ),
    "file_damaged": _entry("The file was not taken", "It can't be read. Save it anew and attach it again.", 422),
    "file_malware": _entry(
        "The file was not taken", "It holds malware. Scan the device and attach another file.", 422
    ),
    "file_not_expected": _entry("The file was not taken", "The appeal does not wait for it any more.", 422),
    # About the log.
    "wrong_order": _entry("The sizes are swapped", "`first` must not be greater than `second`.", 422),
    "beyond_log": _entry("The log is not so long", "Take the sizes from signed checkpoints.", 422),
    "not_yet_logged": _entry(
        "Not signed yet", "Entries are signed every few seconds. Ask again a little later.", 409
    ),
    # About erasure.
    "ground_not_allowed": _entry("Erasure is not possible", "The system itself counts the retention time.", 422),
    "not_requested": _entry("Erasure is not possible", "Nobody has asked for it, or the request has expired.", 409),
    "same_person": _entry("Erasure is not possible", "Another person has to consent than who asked for it.", 403),
    "nothing_personal": _entry("Erasure is not possible", "This is an incident: it tells of no person.", 409),
    "still_open": _entry("Erasure is not possible", "The appeal is not over yet.", 409),
    # About quality control.
    "no_reply_due": _entry("This reply awaits no check", "Take another one from the list.", 404),
    "already_checked": _entry("The reply is checked", "Somebody has checked it before.", 409),
    # About batches.
    "nothing_found": _entry("No appeal fits", "Change the filter.", 422),
    "too_many": _entry("Too many appeals fit", "A batch takes 1,000 at most: narrow the filter.", 422),
    "unknown_batch": _entry("No such batch", "Check its id.", 404),
    "batch_ended": _entry("The batch is over", "It can't be cancelled any more: read its report.", 409),
    # About the engine's pages.
    "encoding_refused": _entry("Writing is not allowed", "This address only reads.", 403),
    "not_payloads": _entry("The request can't be read", "Send a list of payloads as JSON.", 422),
    "unreadable": _entry(
        "The data can't be read", "Their key is destroyed, or this system has not sealed them.", 404
    ),
    # About us.
    "defect": _entry("Internal error", "We know of it. Send the same request later under the same key.", 500),
    "busy": _entry("The service is busy", _LATER, 503),
    "engine_unavailable": _entry("The service is away for a moment", _LATER, 503),
    "engine_timeout": _entry("The service is slow for a moment", _LATER, 503),
    "register_unavailable": _entry("The service is away for a moment", _LATER, 503),
    "issuer_unavailable": _entry("The service is away for a moment", _LATER, 503),
    "files_unavailable": _entry("The service is away for a moment", _LATER, 503),
    "not_yet_registered": _entry("The appeal is on its way", "It is durable, but can't be read yet. " + _LATER, 503),
    "no_free_number": _entry("The service is away for a moment", _LATER, 503),
    "not_ready": _entry("Not ready", "Engine or register do not answer.", 503),
}
