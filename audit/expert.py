"""Checks the evidence of one case: `python verify.py [FOLDER] [--key KEY]`.

Проверка доказательств по одному обращению: `python verify.py [ПАПКА] [--key КЛЮЧ]`.

This file is complete: it needs Python 3.11 and the package `cryptography`, and none of the code that it checks.
FOLDER is the unpacked archive, by default the folder of this file. KEY is the log's public key as its operator has
published it; without it, the keys of the archive are believed. Exit code 0 only if everything holds.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = "0" * 64
MANIFEST = "manifest.txt"
ALWAYS = {
    *("README.ru.txt", "README.en.txt", "verify.py", "keys.txt", "checkpoint.txt"),
    *("case.json", "journal.json", "messages.json", "proofs.json"),
}

Files = Mapping[str, bytes]


class DoesNotHold(Exception):
    """The evidence is not what it was when it was made; the message names the first thing that is wrong."""


def check(files: Files, key: str | None = None) -> Iterator[str]:
    """Say what holds, one line after the other; `DoesNotHold` at the first thing that does not."""
    with _reading("keys.txt"):
        keys = _keys(files, key)
    with _reading(MANIFEST):
        case = _manifest(files, keys)
    yield f"подпись описи, файлов: {len(files) - 1} / signature of the manifest, files: {len(files) - 1}"
    with _reading("journal.json"):
        entries = _journal(files, case["number"])
    yield f"хеши и цепочка записей: {len(entries)} / hashes and chain of entries: {len(entries)}"
    kept = sum(not entry.get("erased") and entry["personal"] is not None for entry in entries)
    yield f"хеши персональных данных, записей: {kept} / digests of personal data, entries: {kept}"
    erased = sum(bool(entry.get("erased")) for entry in entries)
    if erased or case.get("erased"):
        if entries[-1]["content"]["event"]["type"] != "AppealErased" or not case.get("erased"):
            raise DoesNotHold("journal.json: записи о стирании нет / no entry says that the case was erased")
        yield f"персональные данные стёрты, записей: {erased} / personal data erased, entries: {erased}"
    with _reading("checkpoint.txt"):
        size, root = _checkpoint(files, "checkpoint.txt", keys)
    yield f"подпись контрольной точки, размер журнала: {size} / signature of the checkpoint, size of the log: {size}"
    with _reading("proofs.json"):
        indexes = _inclusions(files, entries, size, root)
    yield f"записи входят в журнал: {len(indexes)} / entries are in the log: {len(indexes)}"
    with _reading("stamped-checkpoint.txt"):
        yield _time_stamp(files, keys, size, root, indexes)
    if case.get("erased"):
        yield "история процесса стёрта вместе с ключом / the history of the process was erased with its key"
        return
    with _reading("history"):
        steps = _history(files, case, entries)
    yield f"шаги процесса совпадают с записями: {steps} / steps of the process agree with the entries: {steps}"


@contextmanager
def _reading(where: str) -> Iterator[None]:
    """What can't even be read does not hold either."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError) as fault:
        raise DoesNotHold(f"{where}: не читается / can't be read ({type(fault).__name__})") from fault


# ---- the parts ------------------------------------------------------------------------------------------------


def _manifest(files: Files, keys: list[str]) -> dict[str, Any]:
    """Every file is the one that was signed, and there is no other. Returns what `case.json` says."""
    title, *lines = _signed(files, MANIFEST, keys).splitlines()
    listed = {name: found for found, _, name in (line.partition("  ") for line in lines)}
    for name, found in listed.items():
        if name not in files:
            raise DoesNotHold(f"{name}: файла нет / the file is missing")
        if hashlib.sha256(files[name]).hexdigest() != found:
            raise DoesNotHold(f"{name}: файл изменён / the file was changed")
    if others := sorted(files.keys() - listed.keys() - {MANIFEST}):
        raise DoesNotHold(f"{others[0]}: лишний файл / the file is not of this evidence")
    if missing := sorted(ALWAYS - listed.keys()):
        raise DoesNotHold(f"{missing[0]}: файла нет в описи / the file is not in the manifest")
    case: dict[str, Any] = json.loads(files["case.json"])
    if title != f"hotline evidence {case['number']}":
        raise DoesNotHold(f"{MANIFEST}: опись другого обращения / the manifest is of another case")
    return case


def _journal(files: Files, number: str) -> list[dict[str, Any]]:
    """Each entry says what its hash says, follows the one before, and its personal data are what they were."""
    entries: list[dict[str, Any]] = json.loads(files["journal.json"])
    previous = GENESIS
    for position, entry in enumerate(entries, start=1):
        content, where = entry["content"], f"journal.json, position {position}"
        if (entry["position"], content["number"]) != (position, number):
            raise DoesNotHold(f"{where}: запись не на своём месте / the entry is out of place")
        if entry["previous_hash"] != previous:
            raise DoesNotHold(f"{where}: разрыв цепочки / the chain is broken")
        previous = _digest([position, previous, _digest(content)])
        if entry["hash"] != previous:
            raise DoesNotHold(f"{where}: запись изменена / the entry was changed")
        if not entry.get("erased") and _digest([entry["salt"], entry["personal"]]) != content["personal_digest"]:
            raise DoesNotHold(f"{where}: персональные данные изменены / the personal data were changed")
    if not entries:
        raise DoesNotHold("journal.json: записей нет / there are no entries")
    return entries


def _checkpoint(files: Files, name: str, keys: list[str]) -> tuple[int, bytes]:
    """Size and root of the log, signed in the log's own name."""
    origin, size, root = _signed(files, name, keys).splitlines()
    if origin not in {each.partition("+")[0] for each in keys}:
        raise DoesNotHold(f"{name}: контрольная точка другого журнала / the checkpoint is of another log")
    return int(size), base64.b64decode(root, validate=True)


def _inclusions(files: Files, entries: list[dict[str, Any]], size: int, root: bytes) -> list[int]:
    """Each entry's hash is a leaf of the log's Merkle tree (RFC 6962)."""
    proofs = json.loads(files["proofs.json"])
    if [proof["position"] for proof in proofs] != [entry["position"] for entry in entries]:
        raise DoesNotHold("proofs.json: не у каждой записи есть доказательство / not every entry has a proof")
    for entry, proof in zip(entries, proofs, strict=True):
        leaf = hashlib.sha256(b"\x00" + bytes.fromhex(entry["hash"])).digest()
        if _root(leaf, proof["index"], size, [bytes.fromhex(each) for each in proof["path"]]) != root:
            raise DoesNotHold(f"proofs.json, position {entry['position']}: записи нет в журнале / not in the log")
    return [proof["index"] for proof in proofs]


def _time_stamp(files: Files, keys: list[str], size: int, root: bytes, indexes: list[int]) -> str:
    """The stamped checkpoint is one of the same log, and the token is about it."""
    if "stamped-checkpoint.txt" not in files:
        return "отметки времени нет / there is no time stamp"
    stamped_size, stamped_root = _checkpoint(files, "stamped-checkpoint.txt", keys)
    path = [bytes.fromhex(each) for each in json.loads(files["consistency.json"])]
    smaller, larger = sorted([(size, root), (stamped_size, stamped_root)])
    if not _is_consistent(*smaller, *larger, path):
        raise DoesNotHold("consistency.json: это два разных журнала / these are two different logs")
    if hashlib.sha256(files["stamped-checkpoint.txt"]).digest() not in files["time-stamp.tsr"]:
        raise DoesNotHold("time-stamp.tsr: отметка о другом / the time stamp is about something else")
    covered = sum(index < stamped_size for index in indexes)
    return f"отметка времени о записях: {covered} / time stamp of entries: {covered} (openssl ts: README)"


def _history(files: Files, case: dict[str, Any], entries: list[dict[str, Any]]) -> int:
    """What the process said that it records is what the journal holds: step by step, nothing more, nothing less."""
    runs = sorted((name for name in files if name.startswith("history/")), key=lambda name: (len(name), name))
    events = [event for name in runs for event in json.loads(files[name])["events"]]
    messages: dict[str, list[str]] = json.loads(files["messages.json"])
    standing = _standing(entries)
    steps, begin = 0, 0
    for recorded in _recorded(events):
        if begin == len(standing) and case["process"] == "incident":
            break  # the process went on to watch over a later incident, with a journal of its own
        end = _end_of_step(standing, messages, begin, recorded)
        if end is None:
            nearest = standing[min(begin, len(standing) - 1)]["position"]
            raise DoesNotHold(
                f"history, step {steps + 1}: процесс записал не то, что в журнале около {nearest} / "
                f"the process recorded something else than the journal has near {nearest}"
            )
        steps, begin = steps + 1, end
    if begin < len(standing):
        unknown = standing[begin]["position"]
        raise DoesNotHold(f"journal.json, position {unknown}: процесс о записи не знает / unknown to the process")
    return steps


def _standing(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries without those of steps that the engine abandoned, and without the notes about that."""
    standing: list[dict[str, Any]] = []
    for entry in entries:
        event = entry["content"]["event"]
        if event["type"] == "AttemptAbandoned":
            standing = [each for each in standing if each["content"]["sequence"] < event["first_sequence"]]
        else:
            standing.append(entry)
    return standing


def _end_of_step(
    standing: list[dict[str, Any]], messages: dict[str, list[str]], begin: int, recorded: str
) -> int | None:
    """Where the step ends that began here and has this digest."""
    digests: list[str] = []
    keys: list[str] = []
    for end, entry in enumerate(standing[begin:], start=begin + 1):
        digests.append(_digest(entry["content"]))
        keys.extend(messages.get(str(entry["content"]["sequence"]), []))
        if _digest(digests + keys) == recorded:
            return end
    return None


def _recorded(events: list[dict[str, Any]]) -> Iterator[str]:
    """The digests that the engine keeps as results of writing the journal, in their order."""
    scheduled: set[str] = set()
    for event in events:
        marker = event.get("markerRecordedEventAttributes", {})
        if marker.get("markerName") == "core_local_activity" and "result" in marker["details"]:
            if _payload(marker["details"]["data"])["activity_type"] == "record_transition":
                yield _payload(marker["details"]["result"])
        started = event.get("activityTaskScheduledEventAttributes", {})
        if started.get("activityType", {}).get("name") == "record_transition":
            scheduled.add(event["eventId"])
        completed = event.get("activityTaskCompletedEventAttributes", {})
        if completed.get("scheduledEventId") in scheduled:
            scheduled.remove(completed["scheduledEventId"])
            yield _payload(completed["result"])


# ---- what they are made of ------------------------------------------------------------------------------------


def _keys(files: Files, key: str | None) -> list[str]:
    found = files["keys.txt"].decode().splitlines()
    if key is not None and key not in found:
        raise DoesNotHold("keys.txt: подписано не опубликованным ключом / not signed by the published key")
    return [key] if key else found


def _signed(files: Files, name: str, keys: list[str]) -> str:
    """The text of a signed note (C2SP signed-note) that one of the keys has signed."""
    text, _, line = files[name].decode().rpartition("\n\n")
    text += "\n"
    signature = base64.b64decode(line.rstrip("\n").rpartition(" ")[2], validate=True)
    if any(_has_signed(key, text, line, signature) for key in keys):
        return text
    raise DoesNotHold(f"{name}: подпись неверна / the signature does not hold")


def _has_signed(key: str, text: str, line: str, signature: bytes) -> bool:
    name, key_id, encoded = key.split("+", 2)
    public = base64.b64decode(encoded, validate=True)
    known = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    # Written again in the one right way: nothing was added, changed or left out.
    again = f"\N{EM DASH} {name} {base64.b64encode(signature).decode()}\n"
    if known.hex() != key_id or signature[:4] != known or again != line or public[:1] != b"\x01":
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], text.encode())
    except InvalidSignature:
        return False
    return True


def _root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that leaf and path lead to (RFC 9162, 2.1.3.2); None where the path is too long or too short."""
    found, node, last = leaf, index, size - 1
    if not 0 <= index < size:
        return None
    for other in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = _node(other, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = _node(found, other)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def _is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: list[bytes]) -> bool:
    """Whether the second tree begins with the first (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    rest = path if first & (first - 1) else [first_root, *path]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = rest[0]
    for other in rest[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = _node(other, old), _node(other, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = _node(new, other)
        node, last = node >> 1, last >> 1
    return (old, new, last) == (first_root, second_root, 0)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _digest(content: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _payload(payloads: dict[str, Any]) -> Any:
    return json.loads(base64.b64decode(payloads["payloads"][0]["data"], validate=True))


def read(folder: Path) -> dict[str, bytes]:
    """The files of an unpacked archive by their names in it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def main() -> int:
    """Print what holds; the first thing that does not ends it with exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", help="the log's published public key, NAME+ID+BASE64")
    arguments = parser.parse_args()
    try:
        for line in check(read(arguments.folder), arguments.key):
            sys.stdout.write(f"  верно / holds: {line}\n")
    except DoesNotHold as fault:
        sys.stdout.write(f"НЕВЕРНО / DOES NOT HOLD: {fault}\n")
        return 1
    sys.stdout.write("Доказательства целы. / The evidence holds.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
