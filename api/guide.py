"""What a portal's team reads first on the API's page."""

TAGS = {
    "appeals": "Open an appeal, follow it, decide on it, read its result and its papers.",
    "lists": "Appeals by what is known of them, and what people owe now.",
    "webhooks": "Where a portal's own server is told what happens, and what it was told.",
    "attachments": "Files of an appeal: each is checked before anybody sees it.",
    "live": "What happens, as it happens: server-sent events.",
    "log": "The signed log of all journals, with proofs that anybody can check.",
    "batches": "One decision for up to 1,000 appeals, with a report on each.",
    "quality": "Replies to citizens that quality control reads, and what it says of them.",
    "figures": "What the appeals of a period add up to, and what that suggests to do.",
    "erasure": "Erasing a case for good: one person asks, another one consents.",
    "health": "Whether the API runs, and whether all behind it answers.",
}

GUIDE = """Appeals of citizens to the support line: open one, follow it, decide on it.

## In five calls

1. `POST /v1/appeals` opens an appeal. 201 means that it is durable; keep its `number`.
2. `GET /v1/appeals/{number}` tells its status, deadlines, and what it waits for: `expects` names the decisions that
   it awaits and from which roles, `accepts` those that you may send at any time.
3. `POST /v1/appeals/{number}/attachments` adds a file. What you named in `coming_scans` when you opened the
   appeal is not asked for in the meantime.
4. `POST /v1/appeals/{number}/commands` sends a decision, such as the details that were asked for. 202 is its receipt:
   the decision is durable and will be acted on.
5. `GET /v1/appeals/{number}/result` is the result as soon as `ready` is true.

The links in the answers say which call follows from which. `examples/portal/` holds this walk in Python and in curl.

## Waiting

Do not ask again and again. `GET /v1/appeals/{number}/events` is a stream of what happens in one appeal; after a
`DecisionExpected` read the appeal and see whether it `expects` you, after a `StatusChanged` the `status` is in the
event itself. Or let your server be told: `POST /v1/webhooks/endpoints`, whose first answer has the secret that
your server checks signatures by. Lists, tasks and batches are some milliseconds behind: an appeal that was opened
just now is found by its number first.

## What is asked for

`requested_items` names what an appeal lacks. `scan:passport` is a file with the kind `passport`, and so are all that
begin with `scan:`. `identity_document` is one of `passport`, `snils` and `inn`: its number and its scan. Everything
else is the field of `details` with that name. Files are sent to `/attachments`, one by one; the rest goes as one
`SupplyDetails`.

## Who calls

Send `Authorization: Bearer <token>`: a JWT signed by the configured issuer (Ed25519, ES256, PS256 or RS256), with
`sub`, `aud`, `exp` and one role. A portal's client needs scopes as well: `appeals:open`, `appeals:read`,
`appeals:decide`, `data:read`, `webhooks:manage`. Nothing else says who calls. What is not yours to see is a 404, as
if it did not exist. On a developer's machine `hotline token --role portal` prints a token.

## Sending again

Every POST of an appeal, a decision, a file or a batch needs an `Idempotency-Key`: make one for each intention, such
as a UUID, and send the same request again under it until it is answered. The same key and body give the same answer,
at any time, with `Idempotency-Replayed: true`; another body under it is a 422. The key is yours alone: that of
another caller is another. After a 503 or a lost connection just send it again. Other POSTs take a key too, and
remember it for 24 hours. What was refused has changed nothing and is not remembered.

## Deciding on what was seen

`GET /v1/appeals/{number}` has an `ETag`. Where a person decides, send it as `If-Match` with the decision: if anything
has happened to the appeal since, 412 lists it in `changes`, and nothing is decided. `?dry_run=true` on an opening or
a decision tells what would happen and does nothing.

## Limits

`RateLimit-Policy` and `RateLimit` in each answer say how many requests you have and when you have them all again
(draft-ietf-httpapi-ratelimit-headers). 429 and 503 come with `Retry-After` in seconds. JSON bodies are at most 256 KB
long, files 10 MB. Each answer has an `X-Request-Id`: name it when you ask us about a request.

## Language

`Accept-Language: en` gives the texts of problems in English; Russian is the default. What a citizen reads, such as
`status_text`, is always Russian. `code`, `type`, `status` and the names of fields never change with the language.

## Change

Fields and codes are added without notice: ignore those that you do not know. What will go is announced in the answers
of the old route by `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), with a `Link` to what replaces it.
"""
