"""The desk at which an operator imports files."""

from pathlib import Path

import pytest

from importer import Desk
from referral.settings import Settings


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Desk:
    return Desk(settings, tmp_path)
