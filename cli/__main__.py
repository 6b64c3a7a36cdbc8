"""The entry of `hotline`, and of `python -m cli` for parts of the stack that start others."""

import signal


def main() -> None:
    """Load the commands and obey one of them."""
    # Raised in the midst of an import, an interrupt may be swallowed there, and the stack would come up all the same.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.commands import app

    signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
