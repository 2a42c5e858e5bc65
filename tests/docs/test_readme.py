import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
# The only two that a newcomer types.
COMMANDS = ["python3 run.py demo", "python3 run.py test"]


def test_two_commands_do_all_the_setting_up() -> None:
    typed = re.findall(r"^python3 .*$", README, re.MULTILINE)

    assert typed == COMMANDS


def test_ci_runs_the_command_that_the_readme_names() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert lines[-1] == COMMANDS[1]


def test_every_file_that_the_readme_links_to_is_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []
