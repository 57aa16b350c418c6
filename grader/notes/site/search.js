const form = document.querySelector(".search"), field = form.querySelector("input"), said = form.querySelector("[role=status]");
const items = [...document.querySelectorAll("[data-words]")], topics = [...document.querySelectorAll(".topic")];
form.hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) item.hidden = !words.every((word) => item.dataset.words.includes(word));
  for (const topic of topics) {
    topic.hidden = !topic.querySelector("[data-words]:not([hidden])");
    for (const fold of topic.querySelectorAll("details")) {
      fold.open = words.length > 0;
      fold.hidden = !fold.querySelector("[data-words]:not([hidden])");
    }
  }
  const found = items.filter((item) => !item.hidden).length;
  said.textContent = words.length ? `${found || "nothing"} found` : "";
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
});
