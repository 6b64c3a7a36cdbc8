"""The workroom's own side: a process that has its libraries loaded, and forks for each file another that opens it.

`workroom.py` starts it with a socket for its standard input: it gets orders, each with the file and a way for
the answer, and tells how each ended. It opens nothing itself: nothing of one file is there when the next one comes.
"""

import gc
import json
import os
import resource
import signal
import socket
from contextlib import suppress
from typing import BinaryIO, NoReturn

from domain.appeal import FileFormat
from infra.files.inspection import Unfit, inspect
from infra.files.preview import preview

MEMORY_BYTES_MAX = 2 * 1024**3  # of addresses; libraries take half a GiB of them before they have read anything
CPU_SECONDS_MAX = 15
SECONDS_MAX = 60
ORDER_BYTES_MAX = 100
DONE, FAILED = b"+", b"-"


def take_orders(orders: socket.socket) -> None:
    """Have one file after the other opened, until whoever gives them is gone."""
    gc.freeze()
    while True:
        order, handed, _, _ = socket.recv_fds(orders, ORDER_BYTES_MAX, 2)
        if not order:
            return
        if not (child := os.fork()):
            orders.close()
            _open(order.decode(), *handed)
        for each in handed:
            os.close(each)
        _, status = os.waitpid(child, 0)
        orders.sendall(FAILED if status else DONE)


def _open(order: str, file: int, answer: int) -> NoReturn:
    status = 1
    try:
        _bound()
        with os.fdopen(file, "rb") as opened, os.fdopen(answer, "wb") as told:
            told.write(_answer(order, opened))
        status = 0
    finally:
        os._exit(status)


def _bound() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.alarm(SECONDS_MAX)


def _answer(order: str, file: BinaryIO) -> bytes:
    """A PNG for the order to preview a format; for `inspect`, what was found as JSON."""
    try:
        if order == "inspect":
            return json.dumps({"format": inspect(file).value}).encode()
        return preview(file, FileFormat(order))
    except Unfit as unfit:
        return json.dumps({"fault": unfit.fault.value}).encode()


if __name__ == "__main__":
    with suppress(OSError), socket.socket(fileno=0) as given:
        take_orders(given)
