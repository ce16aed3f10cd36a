// Adds what plain HTML cannot: the device's own share sheet and a copy button.
for (const box of document.querySelectorAll("[data-share]")) {
  const address = box.querySelector("input");
  const native = box.querySelector("[data-share-native]");
  const copy = box.querySelector("[data-share-copy]");
  const status = box.querySelector("[role=status]");

  if (navigator.share) {
    native.hidden = false;
    native.addEventListener("click", () => {
      // Closing the sheet without sharing rejects; that is a choice, not a fault.
      navigator.share({ title: box.dataset.share, url: address.value }).catch(() => {});
    });
  }

  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address.value);
        status.textContent = copy.dataset.shareCopy;
      } catch {
        // Not allowed here: leave the address selected, ready to copy by hand.
        address.select();
      }
    });
  }
}
