"""What sealing costs: `python -m bench.codec` prints what a start takes to the engine and back, sealed and plain."""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, WorkflowSerializationContext

from bench.bare_engine import bare_start
from domain.contracts.state import AppealStart
from infra.codec import sealing_converter
from infra.keyring import WrappedKeyring
from infra.wrapping import LocalKeyFile
from store.keys import KeyStore, open_keys, prepare_keys

ROUNDS = 7
TIMES = 300


async def run() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = LocalKeyFile(Path(folder) / "wrapping.json")
        file.create()
        engine = open_keys(f"sqlite+aiosqlite:///{folder}/keys.db")
        await prepare_keys(engine)
        ring = WrappedKeyring(KeyStore(engine), file)
        sealing = sealing_converter(ring).with_context(WorkflowSerializationContext("default", "appeal-1"))
        await _milliseconds(sealing), await _milliseconds(pydantic_data_converter)  # warm
        rounds = [(await _milliseconds(sealing), await _milliseconds(pydantic_data_converter)) for _ in range(ROUNDS)]
        began = time.perf_counter()
        for number in range(TIMES):
            await ring.key(str(number))
        made = (time.perf_counter() - began) * 1000 / TIMES
        await engine.dispose()
    ratio = statistics.median(sealed / plain for sealed, plain in rounds)
    sealed, plain = (statistics.median(each) for each in zip(*rounds, strict=True))
    return (
        f"a start sealed and opened: {sealed:.3f} ms; plain {plain:.3f} ms; ratio {ratio:.2f}\n"
        f"a key made, wrapped and kept: {made:.2f} ms\n"
    )


async def _milliseconds(converter: DataConverter) -> float:
    start, began = bare_start(), time.perf_counter()
    for _ in range(TIMES):
        payloads: list[Payload] = await converter.encode([start])
        await converter.decode(payloads, [AppealStart])
    return (time.perf_counter() - began) * 1000 / TIMES


def main() -> None:
    sys.stdout.write(asyncio.run(run()))


if __name__ == "__main__":
    main()
