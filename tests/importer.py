"""Files of the national register made from the sample, and the command that imports them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from typer.testing import CliRunner

from referral.cli import app
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.supplements import (
    DEACTIVATION_COLUMNS,
    LOCATION_COLUMNS,
    NAME_COLUMNS,
)
from referral.settings import Settings

SAMPLE = Path(__file__).parent / "clinics" / "npidata_sample.csv"
with SAMPLE.open(encoding="utf-8-sig", newline="") as sample:
    RECORDS = {record["NPI"]: record for record in csv.DictReader(sample)}
TITLES = list(RECORDS["1710229331"])
PRACTICE = "1710229331"
PERSON = next(
    npi for npi, record in RECORDS.items() if record["Provider Last Name (Legal Name)"] == "EXAMPLE"
)
Changes = dict[str, str]
# One search finds them all, and nobody lives there.
HERE: Changes = {COLUMNS["postal_code"]: "30736", COLUMNS["address_2"]: "Ste 1"}
GONE: Changes = dict.fromkeys(TITLES, "") | {COLUMNS["deactivated"]: "02/08/2026"}
SUPPLEMENTS: Mapping[str, Mapping[str, str]] = {
    "pl_pfile": LOCATION_COLUMNS,
    "othername_pfile": NAME_COLUMNS,
    "deactivated": DEACTIVATION_COLUMNS,
}


def at(address_1: str, address_2: str = "", zip_code: str = "30736") -> Changes:
    """Return the changes that put a record at this address."""
    return {
        COLUMNS["address_1"]: address_1,
        COLUMNS["address_2"]: address_2,
        COLUMNS["postal_code"]: zip_code,
    }


class Desk:
    """The command line on the database of the application under test."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        keys = settings.keys.get_secret_value()
        self.runner = CliRunner(
            env={"REFERRAL_KEYS": keys, "REFERRAL_DATABASE_URL": settings.database_url}
        )

    def run(self, *command: str) -> str:
        """Run a command that succeeds and return what it prints."""
        result = self.runner.invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def file(self, *records: tuple[str, Changes]) -> Path:
        """Write a provider file of these known records, each with its changes."""
        rows = [
            {**RECORDS.get(npi, RECORDS[PERSON]), **HERE, **changes, "NPI": npi}
            for npi, changes in records
        ]
        return self.write(
            "npidata_pfile.csv", TITLES, [[row[title] for title in TITLES] for row in rows]
        )

    def beside(self, name: str, *rows: Changes) -> Path:
        """Write a file of other places, other names, or deactivations."""
        columns = SUPPLEMENTS[name]
        return self.write(
            f"{name}.csv", [*columns.values()], [[row.get(c, "") for c in columns] for row in rows]
        )

    def write(self, name: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
        """Write a file as the register does: every value in quotes."""
        file = self.folder / name
        with file.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([titles, *rows])
        return file

    def zipped(self, *files: Path) -> Path:
        """Put files into one, as the register publishes them."""
        archive = self.folder / "NPPES_Data_Dissemination_November_2026_V2.zip"
        with ZipFile(archive, "w", ZIP_DEFLATED) as target:
            for file in files:
                target.write(file, file.name)
        return archive

    def take(self, *records: tuple[str, Changes]) -> str:
        """Import a provider file of these known records."""
        return self.run("clinics", "import", str(self.file(*records)))

    def take_files(self, *files: Path) -> str:
        """Import these files in one run."""
        return self.run("clinics", "import", *map(str, files))
