"""What the engine keeps of a failure."""

from collections.abc import Iterator
from itertools import islice
from types import TracebackType

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes, PayloadConverter

FRAMES_KEPT = 3
CAUSES_KEPT = 2


class BriefFailureConverter(DefaultFailureConverterWithEncodedAttributes):
    """Seals message and trace of a failure, as briefly as the engine wants it: of more than 4 KiB it keeps nothing.

    The innermost calls are kept, and the nearest causes. The worker's log has all of it.
    """

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        chain = list(islice(_chain(exception), CAUSES_KEPT + 1))
        for each in chain:
            each.__traceback__ = _innermost(each.__traceback__)
        chain[-1].__cause__, chain[-1].__suppress_context__ = None, True
        super().to_failure(exception, payload_converter, failure)


def _chain(exception: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = exception
    while following is not None:
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _innermost(trace: TracebackType | None) -> TracebackType | None:
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    return frames[-FRAMES_KEPT:][0] if frames else None
