import hashlib
from functools import cache
from itertools import islice
from typing import NamedTuple

import pytest

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers
from referral.symptoms.sweeps import SWEEPS, Sweep, signs, subsets
from referral.symptoms.triage import FLAGS, RULES_VERSION, Level, assess
from symptoms import oracle

BY_SLUG = {sweep.slug: sweep for sweep in SWEEPS}
FLAG_BITS = {flag.code: 1 << place for place, flag in enumerate(FLAGS)}
RANKS = {level: level.rank for level in Level}

# What each version decides, as one number per sweep. If this fails, outcomes have changed: give the
# rules a new version, keep the old ones in RULE_BOOKS, and write the new numbers here.
DECIDED = {
    "2026-draft-1": {
        "emergency-mild": "278cfab2c23775f9",
        "emergency-severe": "81fa3b9077d1a76a",
        "health-mild": "9dc095f16e7b487a",
        "health-severe": "8a0fcc70183a3837",
        "course": "8483195b020d022a",
        "pain": "a9ebb4afd46303a7",
    }
}

each_sweep = pytest.mark.parametrize("sweep", SWEEPS, ids=BY_SLUG)


class Decided(NamedTuple):
    """A whole sweep in order: ranks, flags as bits, and where the second program disagrees."""

    ranks: bytes
    flags: bytes
    disputed: tuple[Answers, ...]


@cache
def decided(slug: str) -> Decided:
    ranks, flags, disputed = bytearray(), bytearray(), []
    for answers in BY_SLUG[slug]:
        found = assess(answers)
        rules = [match.rule.id for match in found.matched]
        if (found.level, rules, list(found.flags)) != oracle.decide(answers):
            disputed.append(answers)
        ranks.append(RANKS[found.level])
        flags.append(sum([FLAG_BITS[code] for code in found.flags]))
    return Decided(bytes(ranks), bytes(flags), tuple(disputed))


@each_sweep
def test_every_set_of_answers_gets_what_the_second_program_gives(sweep: Sweep) -> None:
    outcome = decided(sweep.slug)
    assert not outcome.disputed[:3]
    assert len(outcome.ranks) == sweep.size


@each_sweep
def test_an_outcome_only_changes_together_with_the_version(sweep: Sweep) -> None:
    outcome = decided(sweep.slug)
    digest = hashlib.sha256(outcome.ranks + outcome.flags)
    assert digest.hexdigest()[:16] == DECIDED[RULES_VERSION][sweep.slug]


@pytest.mark.parametrize(
    "slug", ["emergency-mild", "emergency-severe", "health-mild", "health-severe"]
)
def test_one_more_sign_never_lowers_the_level_of_any_subset(slug: str) -> None:
    ranks = decided(slug).ranks
    steps = [1 << place for place in range(len(ranks).bit_length() - 1)]
    lowered = [
        (number, step)
        for step in steps
        for number, rank in enumerate(ranks)
        if not number & step and rank > ranks[number | step]
    ]
    assert not lowered


@pytest.mark.parametrize("slug", ["emergency-mild", "emergency-severe"])
def test_every_subset_with_an_emergency_sign_is_an_emergency(slug: str) -> None:
    ranks = decided(slug).ranks
    for chosen, rank in zip(subsets("emergency_signs"), ranks, strict=True):
        assert isinstance(chosen, tuple)
        present = set(chosen) - {"limb_weak_stable", "not_sure", "none"}
        assert rank == Level.EMERGENCY.rank if present else rank < Level.EMERGENCY.rank
        assert "none" in chosen or rank >= Level.URGENT_MEDICAL.rank


@pytest.mark.parametrize("slug", ["course", "pain"])
def test_more_pain_never_lowers_the_level_of_any_case(slug: str) -> None:
    ranks = decided(slug).ranks
    scores = len(BY_SLUG[slug].axes["pain"])
    assert scores == 11
    cases = [ranks[start : start + scores] for start in range(0, len(ranks), scores)]
    assert all(list(case) == sorted(case) for case in cases)


def test_the_sweeps_reach_every_level() -> None:
    reached = {rank for sweep in SWEEPS for rank in decided(sweep.slug).ranks}
    assert reached == {level.rank for level in Level}


@each_sweep
def test_a_sweep_repeats_nothing_and_its_last_axis_moves_fastest(sweep: Sweep) -> None:
    assert all(len(set(values)) == len(values) for values in sweep.axes.values())
    last, values = list(sweep.axes.items())[-1]
    assert [getattr(answers, last) for answers in islice(sweep, len(values))] == list(values)


@pytest.mark.parametrize("name", ["emergency_signs", "unwell_signs", "history"])
def test_neighboring_subsets_differ_by_the_sign_of_their_bit(name: str) -> None:
    every = subsets(name)
    assert len(every) == 2 ** (len(QUESTIONS[name].codes) - 1)
    assert every[0] == ("none",)
    for place, sign in enumerate(signs(name)):
        assert every[1 << place] == (sign,)
    assert every[-1] == signs(name)
