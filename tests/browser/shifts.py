"""Whether what is read jumps away while the rest of a page arrives."""

from playwright.sync_api import Page

SHIFTS = """() => {
  const seen = new PerformanceObserver(() => {});
  seen.observe({ type: "layout-shift", buffered: true });
  return seen.takeRecords().flatMap(shift => shift.sources.map(
    ({ node }) => `${(node?.outerHTML ?? node?.textContent ?? "something").slice(0, 80)} jumped`));
}"""


def shifts(tab: Page) -> list[str]:
    """Return what has moved since the page was first painted, without anybody touching it."""
    moved: list[str] = tab.evaluate(SHIFTS)
    return moved
