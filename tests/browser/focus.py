"""Whether the eye finds what has the focus: a ring that stands out, and nothing over it."""

from playwright.sync_api import Locator, Page

# WCAG 2.4.7 and 2.4.11 (visible, not hidden) and 2.4.13 (2 pixels, a contrast of 3).
SHOWN = """one => {
  const style = element => getComputedStyle(element);
  const light = color => {
    const [red, green, blue] = color.match(/[\\d.]+/g).map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const isClear = color => /, 0\\)$/.test(color);
  const behind = element => {
    while (element.parentElement && isClear(style(element).backgroundColor))
      element = element.parentElement;
    return isClear(style(element).backgroundColor)
      ? style(document.body).backgroundColor : style(element).backgroundColor;
  };
  const hasRing = element => style(element).outlineStyle !== "none"
    && parseFloat(style(element).outlineWidth) >= 2;

  const ringed = [one, one.closest(".choice, .chip")].find(each => each && hasRing(each));
  if (!ringed) return "has no ring";
  const inside = parseFloat(style(ringed).outlineOffset) < 0;
  const ground = behind(inside ? ringed : ringed.parentElement);
  const [dark, bright] = [light(style(ringed).outlineColor), light(ground)].sort((a, b) => a - b);
  if (bright / dark < 3) return `has a ring of contrast ${(bright / dark).toFixed(1)}`;

  const box = [...ringed.getClientRects()].find(each =>
    each.bottom > 0 && each.top < innerHeight && each.right > 0 && each.left < innerWidth);
  if (!box) return "is out of sight";
  const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
  const top = document.elementFromPoint(
    middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  return ringed.contains(top) || top.contains(ringed) ? "" : "is covered";
}"""
EVERY_STOP = f"""() => {{
  const stops = document.querySelectorAll("a[href], button, input, select, textarea, summary");
  const faults = [...stops].filter(one => !one.disabled && one.tabIndex >= 0
    && one.checkVisibility({{ visibilityProperty: true }})).map(one => {{
      one.focus({{ focusVisible: true }});
      const fault = document.activeElement === one ? ({SHOWN})(one) : "takes no focus";
      return fault && `${{one.outerHTML.slice(0, 80)}} ${{fault}}`;
  }}).filter(Boolean);
  document.activeElement.blur();
  scrollTo(0, 0);
  return faults;
}}"""

# A page that was just opened has the focus nowhere, and the main part is no stop.
WHERE = f"""target => {{
  const one = document.activeElement;
  const isStop = one !== document.body && one.id !== "main";
  return [one === target, isStop ? ({SHOWN})(one) : ""];
}}"""


def unseen(tab: Page) -> list[str]:
    """Return each place of the page at which the focus could not be seen, and why."""
    faults: list[str] = tab.evaluate(EVERY_STOP)
    return faults


def where(target: Locator) -> tuple[bool, str]:
    """Return whether the focus is there, and why it could not be seen where it is, or nothing."""
    is_there, fault = target.evaluate(WHERE)
    return is_there, fault
