"""The command line: `sage-connect check | post | demo | inspect | convert | explain`.

Exit codes: 0 all good; 1 some documents refused or failed, or a file with faults; 2 an
unreadable or unknown file, target or usage; 3 an outcome that nobody knows, also of `post`
when it is interrupted; 130 another command was interrupted.
"""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from .commands import cli
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.exit("sage-connect needs its extra: pip install 'sage-connect[cli]'")
    from .show import prepare

    prepare()
    cli()
