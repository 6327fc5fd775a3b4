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
