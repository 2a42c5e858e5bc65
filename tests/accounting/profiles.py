"""A profile of a simulated business: a file of settings, and a sign-in beside it."""

from pathlib import Path

from sage_connect.drive import FileTokens
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.simulated import app_of, tokens_of


def write_profile(
    folder: Path, simulator: AccountingSimulator, more: str = "", name: str = "main"
) -> Path:
    """Write `sage_connect.toml` with the profile `name`; sign its user in."""
    path = folder / "sage_connect.toml"
    table = f'"accounting:{name}"'
    path.write_text(
        f"""\
[{table}]
client_id = "{simulator.client_id}"
client_secret = {{ env = "SIMULATOR_SECRET" }}
redirect_uri = "http://localhost/callback"
tokens = "tokens"
{more}
[{table}.hosts]
api = "{simulator.base_url}"
authorize = "{simulator.authorize_url}"
token = "{simulator.token_url}"
revoke = "{simulator.revoke_url}"
""",
        "utf-8",
    )
    signed_in = tokens_of(simulator).load(app_of(simulator).token_name())
    assert signed_in is not None
    FileTokens(str(folder / "tokens")).save(app_of(simulator).token_name(), signed_in)
    return path
