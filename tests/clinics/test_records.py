"""Splitting a register's file: the same records as csv.reader, and no line lost."""

import csv
import io
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referral.clinics.register.reasons import Reason
from referral.clinics.register.records import LONGEST, Mark, Record, header, is_plain, records

WIDTH = 3
GOOD = b'"a","b","c"\n'
VALUES = st.text(
    st.sampled_from('",\r\n aé') | st.characters(exclude_categories=["Cs"]), max_size=8
)
ROWS = st.lists(st.lists(VALUES, min_size=WIDTH, max_size=WIDTH))
QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])


@settings(deadline=None)
@given(ROWS, QUOTING, st.sampled_from(["\n", "\r\n"]))
def test_any_table_gives_the_records_of_csv_reader(
    rows: list[list[str]], quoting: int, end: str
) -> None:
    text = written(rows, quoting, end)
    assert [one.values for one in parsed(text.encode())] == list(csv.reader(io.StringIO(text, "")))


@settings(deadline=None)
@given(ROWS, QUOTING, st.integers(1, 60))
def test_from_every_mark_the_rest_is_the_rest(
    rows: list[list[str]], quoting: int, stretch: int
) -> None:
    content = written(rows, quoting, "\n").encode()
    everything = list(
        records(io.BytesIO(content), WIDTH, Mark(0, 0), glance=never, stretch=stretch)
    )
    for place, mark in enumerate(everything):
        if isinstance(mark, Mark):
            stream = io.BytesIO(content)
            stream.seek(mark.offset)
            rest = records(stream, WIDTH, mark, glance=never)
            expected = [one for one in everything[place:] if isinstance(one, Record)]
            assert [one for one in rest if isinstance(one, Record)] == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(['","', '"', ",", "a", "\r"]), max_size=12), st.integers(2, 4))
@example([",", "a", '","', '"'], 2)
def test_a_plain_line_is_what_csv_reader_makes_of_it(pieces: list[str], width: int) -> None:
    line = f'"{"".join(pieces)}"\n'
    if is_plain(line.encode(), width):
        (values,) = csv.reader([line])
        assert len(values) == width
        assert line.rstrip("\r\n") == ",".join(f'"{value}"' for value in values)


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from('",ab\r'), max_size=9).map(lambda text: f"{text}\n")))
def test_whatever_the_lines_hold_none_is_lost(lines: list[str]) -> None:
    *found, end = records(io.BytesIO("".join(lines).encode()), WIDTH, Mark(0, 0), glance=always)
    assert isinstance(end, Mark)
    ends = [one.line for one in found if isinstance(one, Record)]
    assert ends == sorted(set(ends))
    assert (end.offset, end.line) == (len("".join(lines)), len(lines))
    values = (one.values for one in found if isinstance(one, Record))
    spanned = sum("".join(value).count("\n") for value in values if isinstance(value, list))
    # At the end of the file, an open quote takes the last line's end into its value.
    assert end.passed.total() + len(ends) + spanned - len(lines) in {0, 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\n", Reason.BLANK),
        (b'"a","b"\n', Reason.COLUMN_COUNT),
        (b'"a","b","c","d"\n', Reason.COLUMN_COUNT),
        (b'"a","b","c\n', Reason.COLUMN_COUNT),
        (b'"a,"b","c"\n', Reason.COLUMN_COUNT),
        (b"a\rb\n", Reason.NOT_CSV),
        (b'"a","b","\xff"\n', Reason.ENCODING),
        (b'"a","b","\xc3\n', Reason.ENCODING),
        (b"x" * (3 * LONGEST) + b"\n", Reason.NOT_CSV),
        (b'"a","b","' + b"x" * LONGEST + b'"\n', Reason.NOT_CSV),
    ],
)
def test_a_broken_line_costs_itself_alone(line: bytes, reason: Reason) -> None:
    found = parsed(GOOD + line + GOOD + GOOD)
    good = list("abc")
    assert [one.values for one in found] == [good, reason, good, good]
    assert [one.line for one in found] == [1, 2, 3, 4]


def test_a_line_break_inside_a_value_makes_one_record_of_two_lines() -> None:
    first, second = parsed(b'"a","b\nb","c"\n' + GOOD)
    assert first == Record(2, ["a", "b\nb", "c"])
    assert second.line == 3


def test_the_last_line_needs_no_end() -> None:
    assert [one.line for one in parsed(GOOD + GOOD.rstrip())] == [1, 2]


class Endless:
    """A file that is nowhere."""

    def __init__(self, line: bytes, count: int) -> None:
        self._line, self._left = line, count

    def readline(self, _size: int, /) -> bytes:
        self._left -= 1
        return self._line if self._left >= 0 else b""


@pytest.mark.parametrize("line", [GOOD, b'"a\n', b'"a","\xff","c"\n'])
def test_memory_stays_flat_whatever_the_size(line: bytes) -> None:
    tracemalloc.start()
    passed = sum(
        one.passed.total() if isinstance(one, Mark) else 1
        for one in records(Endless(line, 20_000), WIDTH, Mark(0, 0), glance=always, stretch=2**12)
    )
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert passed == 20_000
    assert most < 2 * LONGEST


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        (b'\xef\xbb\xbf"NPI","b"\r\n', ["NPI", "b"]),
        (b"", []),
        (b"\n", []),
        (b"\xff\xfe\n", []),
        (b"a\rb\n", []),
    ],
)
def test_the_titles_of_any_file_can_be_asked_for(content: bytes, titles: list[str]) -> None:
    assert header(io.BytesIO(content))[0] == titles


def written(rows: Iterable[Iterable[str]], quoting: int, end: str) -> str:
    text = io.StringIO()
    if quoting == csv.QUOTE_MINIMAL:
        # Python 3.11 leaves a carriage return without quotes, and csv.reader splits there.
        rows = [[value.replace("\r", "") for value in row] for row in rows]
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type] # the stubs take only literals
    return text.getvalue()


def parsed(content: bytes) -> list[Record]:
    """Return the records, of which none is passed over."""
    found = records(io.BytesIO(content), WIDTH, Mark(0, 0), glance=never)
    return [one for one in found if isinstance(one, Record)]


def never(_: bytes) -> None:
    return None


def always(_: bytes) -> Reason:
    return Reason.NOT_CHIROPRACTOR
