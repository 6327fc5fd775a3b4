// A field filters the rows of its table while somebody types; without this, its form does.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const rows = document.getElementById(field.dataset.filter).rows;
  const filter = () => {
    const wanted = field.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  };
  field.addEventListener("input", filter);
  field.form.addEventListener("submit", event => event.preventDefault());
  filter();
}
// A link to a step opens it.
const open = () => {
  const step = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (step && step.tagName === "DETAILS") step.open = true;
};
addEventListener("hashchange", open);
open();
addEventListener("beforeprint", () => {
  for (const step of document.querySelectorAll("details")) step.open = true;
});
// The text of a form with a check is checked while somebody types; without this, its button does.
for (const form of document.querySelectorAll("form[data-check]")) {
  const outcome = document.getElementById(form.dataset.check);
  const status = document.getElementById("checking");
  const text = form.elements.text;
  let waiting = 0, isRunning = false, isStale = false;
  const later = (seconds) => { clearTimeout(waiting); waiting = setTimeout(check, seconds * 1000); };
  const check = async () => {
    if (isRunning) { isStale = true; return; }
    isRunning = true;
    isStale = false;
    status.textContent = "Checking…";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(outcome.id);
      if (found) outcome.replaceChildren(...found.childNodes);
      status.textContent = found ? "" : page.querySelector("main p").textContent;
      const wait = Number(answer.headers.get("Retry-After"));
      if (wait) later(wait);
    } catch {
      status.textContent = "The server does not answer.";
    }
    isRunning = false;
    if (isStale) later(0.5);
  };
  text.addEventListener("input", () => later(0.5));
  form.addEventListener("submit", event => { event.preventDefault(); check(); });
  outcome.addEventListener("click", event => {
    const link = event.target.closest("a[data-line]");
    if (!link || "elsewhere" in link.dataset) return;
    const before = text.value.split("\n").slice(0, link.dataset.line - 1);
    const start = before.join("\n").length + (before.length ? 1 : 0) + Number(link.dataset.column) - 1;
    event.preventDefault();
    text.focus();
    text.setSelectionRange(start, start);
  });
}
