// Makes a call from the page, as the form beside it says. The key is kept nowhere but in its field.
const SHOWN = ["ETag", "Link", "Location", "Retry-After"];
const MOST = 20000;
const key = document.getElementById("key");
const words = key.form.dataset;

for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
for (const form of document.querySelectorAll("form[data-script]")) {
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (form !== key.form) send(form);
  });
}

async function send(form) {
  const status = form.querySelector("[role=status]");
  const text = form.querySelector("pre");
  status.textContent = words.sending;
  text.hidden = true;
  try {
    const answer = await fetch(...call(form));
    const body = await answer.text();
    const headers = SHOWN.filter(name => answer.headers.has(name));
    status.textContent = `${answer.status} ${answer.statusText}`;
    text.textContent = [
      ...headers.map(name => `${name}: ${answer.headers.get(name)}`), "", pretty(body),
    ].join("\n").trim().slice(0, MOST);
    text.hidden = text.textContent === "";
    keep(answer.headers.get("ETag"));
  } catch {
    status.textContent = words.failed;
  }
}

function call({ dataset, elements }) {
  const given = [...elements].filter(field => field.dataset.in && field.value !== "");
  const pairs = place => given
    .filter(field => field.dataset.in === place)
    .flatMap(field => values(field).map(value => [field.name, value]));
  const path = pairs("path").reduce(
    (made, [name, value]) => made.replace(`{${name}}`, encodeURIComponent(value)), dataset.path,
  );
  const headers = new Headers(pairs("header"));
  const body = pairs("body")[0]?.[1];
  if (body) headers.set("Content-Type", "application/json");
  if (key.value) headers.set("Authorization", `Bearer ${key.value.trim()}`);
  const query = new URLSearchParams(pairs("query")).toString();
  const rest = { credentials: "omit", cache: "no-store", redirect: "error" };
  return [query ? `${path}?${query}` : path, { method: dataset.method, headers, body, ...rest }];
}

function values(field) {
  return "repeats" in field.dataset ? field.value.split(",").map(one => one.trim()) : [field.value];
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

// What was read is what the next move means.
function keep(tag) {
  if (!tag) return;
  for (const field of document.getElementsByName("If-Match")) field.value = tag;
}
