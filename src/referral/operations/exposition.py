"""The numbers of the service in the text format of Prometheus, version 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from referral.operations.gauges import Gauges
from referral.web.calls import BOUNDS, Calls

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]
# The end of its name, its labels and its value.
Sample = tuple[str, Labels, float]


def exposition(gauges: Gauges | None, calls: Calls) -> str:
    """Return all metrics; without `gauges`, as when the database is away, those of this process."""
    shared = [] if gauges is None else _shared(gauges)
    up = _gauge("database_up", "Whether the database answered.", gauges is not None)
    return "".join(f"{line}\n" for lines in (up, *shared, *_own(calls)) for line in lines)


def _shared(gauges: Gauges) -> Iterator[Iterable[str]]:
    """Yield what is the same whichever process is asked."""
    by_status = (("", {"status": status}, count) for status, count in gauges.notices.items())
    yield _metric("notices", "gauge", "Notices by status.", by_status)
    by_state = (("", {"state": state}, count) for state, count in gauges.requests.items())
    yield _metric("requests", "gauge", "Requests by state.", by_state)
    if gauges.beat_age is not None:
        says = "Since the worker's last whole round."
        yield _gauge("worker_beat_age_seconds", says, gauges.beat_age)
    for name, says, value in (
        ("worker_sends_mail", "Whether that worker had a mail server.", gauges.sends_mail),
        ("notice_overdue_seconds", "Since when the longest waits that is due.", gauges.notice_age),
        ("deadline_overdue_seconds", "The same of what time does by itself.", gauges.due_age),
        ("event_undelivered_seconds", "Age of what a webhook waits for.", gauges.event_age),
        ("requests_overdue", "Requests without an answer in time.", gauges.overdue),
        ("webhooks_behind", "Webhooks with events to be delivered.", gauges.webhooks_behind),
        ("webhooks_paused", "Webhooks that are paused.", gauges.webhooks_paused),
    ):
        yield _gauge(name, says, value)


def _own(calls: Calls) -> Iterator[Iterable[str]]:
    """Yield what this process counted, under its own name."""
    ended = (
        ("", _labels(calls, method, route) | {"status": str(status)}, count)
        for (method, route, status), count in calls.ended.items()
    )
    yield _metric("http_requests_total", "counter", "Calls that were answered.", ended)
    yield _metric("http_request_seconds", "histogram", "How long they took.", _took(calls))


def _took(calls: Calls) -> Iterator[Sample]:
    for (method, route), durations in calls.took.items():
        labels = _labels(calls, method, route)
        bounds = [*map(str, BOUNDS), "+Inf"]
        for bound, count in zip(bounds, accumulate(durations.buckets), strict=True):
            yield "_bucket", labels | {"le": bound}, count
        yield "_sum", labels, durations.seconds
        yield "_count", labels, sum(durations.buckets)


def _labels(calls: Calls, method: str, route: str) -> dict[str, str]:
    return {"process": calls.process, "method": method, "route": route}


def _gauge(name: str, says: str, value: float) -> Iterable[str]:
    return _metric(name, "gauge", says, [("", {}, value)])


def _metric(name: str, kind: str, says: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP referral_{name} {says}"
    yield f"# TYPE referral_{name} {kind}"
    for ending, labels, value in samples:
        # Codes and templates of our own: no quote, backslash or line break is in them.
        named = ",".join(f'{label}="{text}"' for label, text in labels.items())
        yield f"referral_{name}{ending}{{{named}}} {float(value):.15g}"
