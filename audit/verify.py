"""Verifies cases: everything that `checks` demands, for a case that goes on meanwhile too."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from audit.checks import CHECKS, CHECKS_OF_ERASED, Case, Check
from audit.replay import Replayed, StrongReplayer
from audit.sources import HistoryWithheld, NoHistory, Process, Sources, process_of
from domain.contracts.audits import Finding, Standing, Verdict
from domain.sealing import DataKey, Erased, Keyring, NoKey
from infra.archive import Archive, ArchiveDamaged, open_files
from infra.codec import HistoryUnreadable, key_name
from infra.engine import connect
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.wrapping import WrappingKeyTrouble
from store.archived import Archived
from store.database import DATABASE_TROUBLE, open_database
from store.evidence import CaseRows, case_numbers, rows_of_case
from store.keys import KeyStore, open_keys, prepare_keys
from store.register import Register

AGAIN = 4
AGAIN_AFTER_SECONDS = 0.25


UNPROVABLE = (NoHistory, NoKey, ArchiveDamaged, HistoryUnreadable, WrappingKeyTrouble)
"""Why nothing can be said of a case: its message is the finding."""

UNREADABLE = (LookupError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class Verifier:
    """Verifies one case after another."""

    register: Register
    sources: Sources
    keyring: Keyring
    replayer: StrongReplayer

    async def numbers(self) -> list[str]:
        """Every case that the register, the engine or the archive knows.

        An incident that nobody can open is named by its process: only that tells its number.
        """
        processes = await self.sources.processes()
        appeals = {key_name(process) for process in processes if process.startswith("appeal-")}
        return sorted(appeals | await self._incidents() | set(await case_numbers(self.register.engine)))

    async def replayed(self, number: str) -> Replayed:
        """The strong replay of one case; raises `Erased`, and what is `UNPROVABLE`."""
        process = process_of(number, [])
        with suppress(*DATABASE_TROUBLE):  # without a register, what is replayed can only be an appeal
            process = process_of(number, (await rows_of_case(self.register.engine, number)).journal)
        return await self._replayed(process)

    async def knows(self, number: str) -> bool:
        """Whether register, engine or archive has anything of this case."""
        rows = await rows_of_case(self.register.engine, number)
        if rows.appeal or rows.journal:
            return True
        try:
            return bool(await self.sources.histories(process_of(number, [])))
        except HistoryWithheld:
            return True
        except NoHistory:
            return False

    async def verify(self, number: str) -> Verdict:
        """The verdict on one case."""
        rows = await rows_of_case(self.register.engine, number)
        process = process_of(number, rows.journal)
        try:
            await self._key(rows, key_name(process.id))
            case = await self._case(number, process)
            await self.sources.damage(process)
        except Erased:
            # It may have been erased just now: the rows as that leaves them.
            rows = await rows_of_case(self.register.engine, number)
            nothing = Replayed()
            left = Case(rows, self.register, None, nothing, nothing)
            return _verdict(rows, CHECKS_OF_ERASED, _findings(left, CHECKS_OF_ERASED), Standing.ERASED)
        except UNPROVABLE as trouble:
            return _verdict(rows, (), [Finding(check="", text=str(trouble))])
        otherwise = Standing.AHEAD if _is_ahead(case) else Standing.HOLDS
        verdict = _verdict(case.rows, CHECKS, _findings(case, CHECKS), otherwise)
        return verdict.model_copy(update={"events": case.latest.events})

    async def _incidents(self) -> set[str]:
        """The numbers that incidents have told the register, whatever it says of them now."""
        found = set()
        async for incident in self.sources.incident_runs():
            try:
                told = (await self.replayer.replay([await self.sources.run(incident)])).told
            except Erased:
                continue
            except UNPROVABLE:
                found.add(incident.id)
            else:
                found |= {each.transition.number for each in told if each.is_kept}
        return found

    async def _case(self, number: str, process: Process) -> Case:
        """The case and its process, read around each other; again while the register is a moment ahead."""
        known = await self._replayed(process)
        rows = await rows_of_case(self.register.engine, number)
        key = await self._key(rows, number)
        case = Case(rows, self.register, key, known, known)
        for _ in range(AGAIN):
            if known.divergence or not _is_ahead(case):
                break
            case = Case(rows, self.register, key, known, await self._replayed(process))
            await asyncio.sleep(AGAIN_AFTER_SECONDS)
        return case

    async def _key(self, rows: CaseRows, name: str) -> DataKey:
        if rows.appeal and rows.appeal["erased_at"]:
            self.keyring.forget(name)
        return await self.keyring.key(name, may_make=False)

    async def _replayed(self, process: Process) -> Replayed:
        return await self.replayer.replay(await self.sources.histories(process))


def _findings(case: Case, checks: Sequence[Check]) -> list[Finding]:
    """What each check finds, in order: the first is where to begin, others may follow from it."""
    found: list[Finding] = []
    for check in checks:
        try:
            text = _asked(check, case)
        except UNREADABLE:
            # What is known to be changed need not be of a shape that the next check can read.
            if not found:
                raise
            text = "it can't be checked, because of what was found before"
        if text:
            found.append(Finding(check=check.__name__, text=text))
    return found


def _asked(check: Check, case: Case) -> str | None:
    try:
        return check(case)
    except InvalidTag:
        return "register: something sealed was changed or moved from another row"
    except ValueError:  # its text would quote the entry
        return "journal: an entry, though its hash is right, is none that a process makes"


def _is_ahead(case: Case) -> bool:
    """Whether an open case has more on record than its process has told."""
    try:
        return not case.latest.has_ended and len(case.standing) > len(case.told(case.latest))
    except (ValueError, KeyError):
        return False  # an entry that can't be read is one that was changed: the checks name it


def _verdict(
    rows: CaseRows, checks: Sequence[Check], findings: list[Finding], otherwise: Standing = Standing.HOLDS
) -> Verdict:
    return Verdict(
        number=rows.number,
        standing=Standing.DIVERGED if findings else otherwise,
        finding=findings[0].text if findings else "",
        entries=len(rows.journal),
        checks=[each.__name__ for each in checks],
        findings=findings,
    )


@asynccontextmanager
async def verifier(settings: Settings) -> AsyncIterator[Verifier]:
    """The verifier of the deployment that the settings name."""
    async with AsyncExitStack() as stack:
        database, keys = open_database(settings.database), open_keys(settings.keys_database)
        stack.push_async_callback(database.dispose)
        stack.push_async_callback(keys.dispose)
        keyring = keyring_of(settings, KeyStore(keys))
        client = await connect(settings, "verify", keyring)
        await prepare_keys(keys)
        yield Verifier(
            Register(database, settings.index_secret, keyring),
            Sources(client, Archive(open_files(settings), keyring), Archived(database)),
            keyring,
            StrongReplayer(client.data_converter.payload_codec),
        )
