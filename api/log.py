"""The log over HTTP: what it has signed, with which keys, and proofs that journals are in it (AUD-1, AUD-2)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from api.appeals import JOURNAL_PAGE, problems
from api.dependencies import Composed
from api.problems import RETRY_AFTER_SECONDS, ProblemError
from api.rights import allowed, case_for, open_to_all
from domain.actors import Actor
from domain.case import CaseView
from domain.checkpoint import LoggedCheckpoint, LogKey
from domain.rights import Operation
from infra.signing import public_pem
from store.log import Log

SIZE_MAX = 2**53

router = APIRouter(prefix="/v1", tags=["log"])


class KeyOut(BaseModel):
    """A key that signs or signed for the log: as verifiers of signed notes take it, and as PEM."""

    key: str
    public_key_pem: str


class KeysOut(BaseModel):
    """All keys that ever signed, the present one last."""

    keys: list[KeyOut]


class ConsistencyOut(BaseModel):
    """The path of RFC 6962 from one size of the log to another, as hexadecimal hashes."""

    first: int
    second: int
    path: list[str]


class EntryProofOut(BaseModel):
    """Where in the log a journal entry stands, and the path of RFC 6962 from there to the root."""

    position: int
    hash: str
    index: int
    path: list[str]


class ProofOut(BaseModel):
    """Proofs for a page of the journal against one signed checkpoint; `next_after` continues it."""

    number: str
    checkpoint: str
    size: int
    entries: list[EntryProofOut]
    next_after: int | None


LogReader = Annotated[Actor, Depends(allowed(Operation.READ_LOG))]
ProvedCase = Annotated[CaseView, Depends(case_for(Operation.READ_PROOF))]
Size = Annotated[int, Query(ge=1, le=SIZE_MAX)]


@router.get("/log/checkpoint", response_class=PlainTextResponse, responses=problems(403, 409))
async def read_checkpoint(_: LogReader, composed: Composed) -> str:
    """The newest checkpoint of the log: a signed note after C2SP tlog-checkpoint."""
    return (await _newest(Log(composed.register.engine))).note


@router.get("/log/consistency", responses=problems(403, 409, 422))
async def read_consistency(_: LogReader, composed: Composed, first: Size, second: Size) -> ConsistencyOut:
    """The proof that the log of size `second` begins with the log of size `first`."""
    if first > second:
        raise ProblemError(
            422, "wrong_order", "Размеры перепутаны", "Размер first должен быть не больше размера second."
        )
    log = Log(composed.register.engine)
    if second > (await _newest(log)).size:
        raise ProblemError(
            422, "beyond_log", "Журнал не так длинен", "Возьмите размеры из подписанных контрольных точек."
        )
    path = await log.consistency(first, second)
    return ConsistencyOut(first=first, second=second, path=[each.hex() for each in path])


@router.get("/log/key", dependencies=[Depends(open_to_all(Operation.READ_LOG_KEY))], responses=problems(409))
async def read_key(composed: Composed) -> KeysOut:
    """The public keys of the log; compare them with those that were published elsewhere."""
    keys = await Log(composed.register.engine).keys()
    if not keys:
        raise not_yet_logged()
    return KeysOut(keys=[KeyOut(key=each, public_key_pem=public_pem(LogKey.parse(each))) for each in keys])


@router.get("/appeals/{number}/proof", responses=problems(403, 404, 409, 422))
async def read_proof(
    view: ProvedCase, composed: Composed, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> ProofOut:
    """Proofs that the entries of this journal are in the log, against its newest checkpoint.

    Entries of the last seconds may not be in it yet: then it is a 409 that says when to come again.
    """
    log = Log(composed.register.engine)
    entries = await composed.register.journal(view.number, after=after, limit=JOURNAL_PAGE)
    newest = await _newest(log)
    proofs = await log.inclusion([entry.hash for entry in entries], newest.size)
    if any(entry.hash not in proofs for entry in entries):
        raise not_yet_logged()
    return ProofOut(
        number=view.number,
        checkpoint=newest.note,
        size=newest.size,
        entries=[
            EntryProofOut(
                position=entry.position,
                hash=entry.hash,
                index=proofs[entry.hash].index,
                path=[each.hex() for each in proofs[entry.hash].path],
            )
            for entry in entries
        ],
        next_after=entries[-1].position if len(entries) == JOURNAL_PAGE else None,
    )


async def _newest(log: Log) -> LoggedCheckpoint:
    newest = await log.newest()
    if newest is None:
        raise not_yet_logged()
    return newest


def not_yet_logged() -> ProblemError:
    """409: the newest entries have no signature over them for the next seconds."""
    return ProblemError(
        409,
        "not_yet_logged",
        "Подписи ещё нет",
        "Записи подписываются каждые несколько секунд. Повторите запрос немного позже.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
