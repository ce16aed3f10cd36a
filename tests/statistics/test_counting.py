"""Exact percentiles, and numbers of which nobody can work out a small one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.statistics.counting import MOST_HIDDEN, SMALLEST_SHOWN, percentile, published

COUNTS = st.lists(st.integers(0, 30), max_size=12)


@given(
    values=st.lists(st.integers(0, 10_000), min_size=1), percent=st.sampled_from([1, 50, 90, 100])
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[int], percent: int
) -> None:
    found = percentile(values, percent)

    needed = percent * len(values) / 100
    assert found == min(v for v in values if sum(other <= v for other in values) >= needed)


@pytest.mark.parametrize(
    ("values", "median", "ninetieth"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1, 2), (list(range(1, 11)), 5, 9)],
)
def test_percentiles_of_few(values: list[int], median: int | None, ninetieth: int | None) -> None:
    assert (percentile(values, 50), percentile(values, 90)) == (median, ninetieth)


@given(counts=COUNTS)
def test_what_is_published_is_true_and_hides_every_small_count(counts: list[int]) -> None:
    shown, total = published(counts)

    for count, (low, high) in zip(counts, shown, strict=True):
        assert low <= count <= high
        assert (low, high) == ((count, count) if count >= SMALLEST_SHOWN else (0, MOST_HIDDEN))
    assert total.at_least <= sum(counts) <= total.at_most
    assert total.at_least != total.at_most or not 0 < sum(counts) < SMALLEST_SHOWN


@pytest.mark.parametrize("beside", [[], [5], [7, 30]])
@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_whoever_subtracts_learns_nothing_of_a_hidden_count(hidden: int, beside: list[int]) -> None:
    small = range(SMALLEST_SHOWN)
    alike: dict[str, list[tuple[int, ...]]] = {}
    for counts in product(small, repeat=hidden):
        alike.setdefault(str(published([*counts, *beside])), []).append(counts)

    for possible in alike.values():
        for place in range(hidden):
            assert {counts[place] for counts in possible} == set(small)


def test_a_total_over_many_small_counts_is_exact() -> None:
    assert published([40, 1, 0, 3, 2])[1] == (46, 46)
