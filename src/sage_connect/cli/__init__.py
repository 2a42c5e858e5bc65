"""The command line: `sage-connect check | post | demo | simulate | inspect | convert …`.

Exit codes: 0 all good; 1 some documents refused or failed, a file with faults, or a
conversion that lost something; 2 an unreadable or unknown file, target or usage; 3 an
outcome that nobody knows, also of `post` when it is interrupted; 130 another command was
interrupted.
"""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from .commands import cli
        from .show import prepare
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        sys.stderr.write('sage-connect needs its extra: pip install "sage-connect[cli]"\n')
        # As for wrong usage; 1 is said of documents.
        sys.exit(2)
    except KeyboardInterrupt:
        # Nothing has begun; 130 is what shells expect.
        sys.exit(130)
    prepare()
    cli()
