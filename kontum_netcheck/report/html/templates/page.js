"use strict";
// Filter, search, fold. The page is whole without it: it only hides, shows and opens what stands there.
(() => {
  const $ = (id) => document.getElementById(id);
  const query = $("query");
  if (!query) return;
  const form = query.form;
  const shown = $("shown");
  const sites = [...document.querySelectorAll(".sites > tbody")];
  const folds = [...document.querySelectorAll(".district > details")];
  const boxes = [...form.elements.verdict];
  const total = sites.length;
  const MOST_OPENED = 300; // sites: more of them at once would be laid out for seconds
  let unfiltered = null; // which districts were open before the filter opened those with a match

  // As the program compares names: no case, no marks, đ as d, no apostrophes; numbers without their spaces.
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d")
    .replace(/['’‘ʼ`´′]/g, "").replace(/(\d)[ .()-]+(?=\d)/g, "$1").replace(/\s+/g, " ").trim();

  const texts = new Map();
  const textOf = (site) => {
    if (!texts.has(site)) {
      const parts = site.querySelectorAll("th[scope=row], .why > li, .facts dd, .service > th");
      texts.set(site, fold([site.id, ...[...parts].map((part) => part.textContent)].join("\n").replace(/\n/g, " ; ")));
    }
    return texts.get(site);
  };

  const prepare = (from) => { // while nothing else is to do, so that the first search is as quick as the next
    for (const site of sites.slice(from, from + 50)) textOf(site);
    if (from + 50 < total) requestIdleCallback(() => prepare(from + 50));
  };

  const say = (count) => shown.dataset.words.replace("{shown}", count).replace("{total}", total);

  const apply = () => {
    const words = fold(query.value).split(" ").filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const filters = words.length > 0 || wanted.size > 0;
    let count = 0;
    for (const site of sites) {
      const right = wanted.size === 0 || wanted.has(site.dataset.v);
      const matches = right && words.every((word) => textOf(site).includes(word));
      site.hidden = !matches;
      count += matches;
    }
    if (filters && unfiltered === null) unfiltered = folds.map((each) => each.open);
    folds.forEach((each, at) => {
      const any = each.querySelector(".sites > tbody:not([hidden])") !== null;
      each.parentElement.hidden = !any;
      if (filters && count <= MOST_OPENED) each.open = any;
      else if (unfiltered !== null) each.open = unfiltered[at];
    });
    if (!filters) unfiltered = null;
    shown.textContent = say(count);
    $("clear").hidden = !filters;
    $("none").hidden = count > 0;
  };

  const openTo = (place) => {
    for (let each = place; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    const inner = place.querySelector(".more details");
    if (inner && place.tagName === "TBODY") inner.open = true;
  };
  const follow = () => {
    const place = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    if (place.closest("[hidden]")) { form.reset(); apply(); }
    openTo(place);
    place.scrollIntoView();
  };

  const setAll = (open) => {
    for (const each of [...folds, ...document.querySelectorAll(".log > details")]) each.open = open;
    for (const each of document.querySelectorAll(".more details")) each.open = open && total <= 200;
  };

  let beforePrint = [];
  addEventListener("beforeprint", () => {
    beforePrint = [...document.querySelectorAll("details:not([open])")];
    for (const each of beforePrint) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of beforePrint) each.open = false;
    beforePrint = [];
  });

  let waiting = 0;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    if (total > 200) waiting = setTimeout(apply, 120);
    else apply();
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape") { query.value = ""; apply(); }
  });
  for (const box of boxes) box.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); query.focus(); }));
  $("open").addEventListener("click", () => setAll(true));
  $("close").addEventListener("click", () => setAll(false));
  $("print").addEventListener("click", () => print());
  document.querySelector(".dots")?.addEventListener("click", (event) => {
    const dot = event.target.closest("[data-site]");
    if (dot) { location.hash = dot.dataset.site; follow(); }
  });
  addEventListener("hashchange", follow);

  document.querySelector(".toolbar").hidden = false;
  apply();
  follow();
  if (window.requestIdleCallback) requestIdleCallback(() => prepare(0));
})();
