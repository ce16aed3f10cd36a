"""A good article as a file, to be broken or read."""

from pathlib import Path

from referral.articles.catalog import Article, load

# Where the service of these tests says that it is.
ORIGIN = "https://referral.example"
GOOD = """\
---
title: Stiff necks
slug: stiff-necks
description: What a stiff neck is.
published: 2026-11-24
updated: 2026-11-25
author:
  name: The Referral editors
  kind: group
  about: who write here
reviewed: not yet
topics: [necks, self-care]
emergency:
  - Chest pain.
  - Slurred speech.
sources:
  - title: A trial
    publisher: A journal
    year: 2020
    url: https://doi.org/10.1000/1
  - title: A review
    publisher: Another journal
    year: 2021
    url: https://doi.org/10.1000/2
---

## Why it hurts

Nobody knows [1](#source-1), and
two more lines follow [2](#source-2).

### A detail

Read [the form](/check).
"""

TOPICS = """\
self-care:
  en: Care at home
  es: Cuidado en casa
necks:
  en: Necks
  es: Cuello
"""


def write(folder: Path, text: str = GOOD, *, name: str = "stiff-necks") -> None:
    (folder / "topics.yaml").write_text(TOPICS, encoding="utf-8")
    (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="")


def one(folder: Path, text: str = GOOD) -> Article:
    write(folder, text)
    [article] = load(folder)
    return article
