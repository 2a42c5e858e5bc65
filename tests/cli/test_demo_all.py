"""The demo to every product at once: one page that explains itself, nothing twice."""

from pathlib import Path

from click.testing import CliRunner

from sage_connect.cli.commands import cli


def test_all_products_in_one_go_and_nothing_twice_in_the_second(tmp_path: Path) -> None:
    folder = tmp_path / "all"

    first = CliRunner().invoke(cli, ["demo", "--to", "all", "--folder", str(folder)])
    again = CliRunner().invoke(cli, ["demo", "--to", "all", "--folder", str(folder)])

    assert first.exit_code == 0, first.output
    assert first.output.count("0 twice") + first.output.count("0 lines twice") == 3
    assert "CREATED" not in again.output
    assert again.output.count("UNCHANGED") == 3
    page = (folder / "report.html").read_text("utf-8")
    for product in ("sage100", "accounting", "intacct"):
        assert (folder / product / "report.html").is_file()
        assert f'href="{product}/report.html"' in page


def test_the_page_on_all_products_is_to_be_had_in_french(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["demo", "--to", "all", "--folder", str(tmp_path), "--language", "fr"]
    )

    assert done.exit_code == 0
    assert "trois produits" in (tmp_path / "report.html").read_text("utf-8")
