// Search in the page: the index is fetched when somebody first types, and every word must be in a page for it to be found.
"use strict";
addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-search]");
  if (!place) return;
  const form = place.querySelector(".search");
  const field = form.querySelector("input");
  const said = place.querySelector("[data-found]");
  const list = place.querySelector("[data-results]");
  const top = new URL("..", location.href.split("#")[0]);
  let index;
  const read = async () => {
    const answer = await fetch(place.dataset.search);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // A title says most of what a page is about; the words of its text the least.
  const score = (entry, word) => {
    const title = entry.t.toLowerCase();
    if (title.split(/[^\p{L}\p{N}_]+/u).includes(word)) return 12;
    if (title.includes(word)) return 8;
    if (entry.d.toLowerCase().includes(word)) return 5;
    const words = " " + entry.w + " ";
    if (words.includes(" " + word + " ")) return 3;
    return words.includes(" " + word) ? 1 : 0;
  };
  const found = (entries, text) => {
    const words = text.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter((word) => word.length > 1);
    if (!words.length) return null;
    return entries
      .map((entry) => [words.map((word) => score(entry, word)), entry])
      .filter(([scores]) => scores.every((it) => it > 0))
      .map(([scores, entry]) => [scores.reduce((sum, it) => sum + it, 0), entry])
      .sort((a, b) => b[0] - a[0] || a[1].t.localeCompare(b[1].t))
      .map(([, entry]) => entry);
  };
  const row = (entry) => {
    const item = document.createElement("li");
    const kind = document.createElement("span");
    kind.className = "code";
    kind.textContent = entry.k;
    const link = document.createElement("a");
    link.href = new URL(entry.r, top).href;
    link.textContent = entry.t;
    const about = document.createElement("p");
    about.textContent = entry.d;
    item.append(kind, link, document.createElement("span"), about);
    return item;
  };
  const show = async () => {
    const text = field.value;
    try {
      history.replaceState(null, "", text ? "#q=" + encodeURIComponent(text) : location.pathname);
    } catch {
      // A browser that takes so many changes of address in half a minute and no more still searches.
    }
    const reading = (index ||= read());
    let entries;
    try {
      entries = await reading;
    } catch {
      if (index === reading) index = undefined;
      if (text === field.value) said.textContent = "The index did not arrive. Try again with a network; all pages are listed below.";
      return;
    }
    if (text !== field.value) return;
    const pages = found(entries, text);
    list.replaceChildren(...(pages || []).slice(0, 30).map(row));
    if (!pages) said.textContent = "";
    else if (!pages.length) said.textContent = "No page has all of these words. Try fewer, or the beginning of one.";
    else said.textContent = pages.length === 1 ? "One page." : pages.length > 30 ? `${pages.length} pages, the first 30 of them.` : `${pages.length} pages.`;
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", show);
  const asked = () => {
    const words = location.hash.match(/^#q=(.*)$/);
    if (!words && location.hash) return;
    try {
      field.value = words ? decodeURIComponent(words[1]) : "";
      show();
    } catch {
      // What cannot be read is not asked for.
    }
  };
  addEventListener("hashchange", asked);
  if (location.hash) asked();
});
