// Filters: which scenarios are listed.

const filters = document.getElementById("filters");
const shown = document.getElementById("shown");
const listed = [...document.querySelectorAll(".case")].map((item) => ({
  item,
  verdict: { unusable: "broken", mistake: "broken" }[item.dataset.verdict] ??
    item.dataset.verdict,
  group: item.dataset.group,
  words: ["title", "file", "covers"].map((part) =>
    item.querySelector(`.${part}`)?.textContent ?? "").join(" ").toLowerCase(),
}));

function applyFilters() {
  const chosen = new FormData(filters);
  const verdicts = new Set(chosen.getAll("verdict"));
  const words = chosen.get("words").toLowerCase().split(/\s+/).filter(Boolean);
  const group = chosen.get("group");
  let count = 0;
  for (const one of listed) {
    const fits = verdicts.has(one.verdict) && (!group || one.group === group) &&
      words.every((word) => one.words.includes(word));
    one.item.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${plural(listed.length, "scenario")} shown`;
}

filters.hidden = false;
filters.addEventListener("input", applyFilters);
filters.addEventListener("submit", (event) => event.preventDefault());
applyFilters();
