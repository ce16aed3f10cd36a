// Finds the number that the form is to be sent with where many send; without it, one waits.
(async () => {
  const field = document.querySelector("[name=work]"), text = new TextEncoder();
  for (let n = 0; crypto.subtle && !field.value; n++) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(field.dataset.for + n)));
    if (!hash[0] && hash[1] < 8) field.value = n;
    if (n % 128 == 0) await new Promise(setTimeout);
  }
})();
