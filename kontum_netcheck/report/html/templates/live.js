"use strict";
// Loads the page anew from where it came from, keeps what the reader has filtered and folded, and says when nobody
// keeps it current any more. Without it the page refreshes itself, too: a meta element in noscript does it.
(() => {
  const box = document.getElementById("live");
  const made = Number(box.dataset.made);
  const stale = Number(box.dataset.stale) * 1000;
  const key = `netcheck ${location.pathname}`;
  const query = document.getElementById("query");
  const boxes = [...document.querySelectorAll("input[name=verdict]")];
  const folds = [...document.querySelectorAll(".district > details")];
  const current = document.querySelector("#current input");
  const opened = Date.now();

  const restore = () => { // before the page's own script looks at the fields and folds
    let was = null;
    try { was = JSON.parse(sessionStorage.getItem(key)); } catch { /* a browser without it: nothing is kept */ }
    if (!was || was.folds.length !== folds.length) return;
    if (query) query.value = was.query;
    for (const each of boxes) each.checked = was.verdicts.includes(each.value);
    folds.forEach((each, at) => { each.open = was.folds[at]; });
    if (current) current.checked = was.current;
    addEventListener("load", () => scrollTo(0, was.y));
  };

  const keep = () => {
    const state = {
      query: query ? query.value : "",
      verdicts: boxes.filter((each) => each.checked).map((each) => each.value),
      folds: folds.map((each) => each.open),
      current: current ? current.checked : false,
      y: scrollY,
    };
    try { sessionStorage.setItem(key, JSON.stringify(state)); } catch { /* the same */ }
  };

  const look = () => {
    document.getElementById("stale").hidden = "over" in box.dataset || Date.now() - made < stale;
    const isBusy = document.activeElement === query || !getSelection().isCollapsed;
    const isTime = Date.now() - opened >= Number(box.dataset.refresh) * 1000;
    if (current && current.checked && isTime && !isBusy && !document.hidden) {
      clearInterval(looking); // once is enough: a second request would break off the first
      location.reload();
    }
  };

  restore();
  addEventListener("pagehide", keep);
  document.getElementById("current")?.removeAttribute("hidden");
  const looking = setInterval(look, 1000);
  look();
})();
