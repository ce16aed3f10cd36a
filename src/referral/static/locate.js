// "Use my location": asked for by pressing, rounded to about a kilometer, posted to this service only.
const part = document.querySelector("[data-locate]");
if (part && window.isSecureContext && navigator.geolocation) {
  const button = part.querySelector("button");
  const status = part.querySelector("[role=status]");
  part.hidden = false;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    status.textContent = status.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        status.textContent = "";
        // A button's value is sent only by the button itself: no other way leads into an address.
        button.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        button.form.requestSubmit(button);
        button.value = "";
      },
      () => (status.textContent = status.dataset.refused),
      { maximumAge: 600000, timeout: 10000 },
    );
  });
}
