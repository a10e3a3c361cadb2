// A term of the glossary explains itself where it stands; without this script, or without a network, its link leads there.
"use strict";
addEventListener("DOMContentLoaded", () => {
  // What is withheld until a guess stands in templates, and has terms too.
  const parts = [document, ...[...document.querySelectorAll("template")].map((it) => it.content)];
  const terms = parts.flatMap((part) => [...part.querySelectorAll("a.term")]);
  const isGlossary = document.querySelector("dl.terms");
  if (!HTMLElement.prototype.showPopover || isGlossary || !terms.length) return;
  let glossary;
  const read = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const box = document.createElement("div");
  box.className = "term-box";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");

  const placed = (link) => {
    const [at, size] = [link.getClientRects()[0], box.getBoundingClientRect()];
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - size.width - 8));
    const below = at.bottom + 6;
    const fits = below + size.height < innerHeight;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${(fits ? below : Math.max(8, at.top - size.height - 6)) + scrollY}px`;
  };
  const dialog = (link) => link.setAttribute("aria-haspopup", "dialog");
  // The box stands behind a term of the page, also where the word is one that the box itself uses.
  const show = async (link, place) => {
    const [address, key] = link.href.split("#");
    glossary ||= read(address).catch((why) => {
      glossary = undefined;
      throw why;
    });
    const term = (await glossary).getElementById(key);
    const [word, text] = [term.cloneNode(true), term.nextElementSibling.cloneNode(true)];
    const head = document.createElement("p");
    head.className = "term-word";
    head.append(...word.childNodes);
    const body = document.createElement("div");
    body.append(...text.childNodes);
    for (const inner of body.querySelectorAll("a[href]")) inner.href = new URL(inner.getAttribute("href"), address).href;
    body.querySelectorAll("a.term").forEach(dialog);
    const more = document.createElement("a");
    more.href = link.href;
    more.textContent = "In the glossary";
    box.setAttribute("aria-label", term.firstChild.textContent.trim());
    box.replaceChildren(head, body, more);
    place.after(box);
    box.showPopover();
    placed(place);
    box.focus({ preventScroll: true });
  };
  terms.forEach(dialog);
  let opener;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.term");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (box.contains(link)) box.hidePopover();
    else opener = link;
    try {
      await show(link, opener);
    } catch {
      location.href = link.href;
    }
  });
  // A phone says so too when its address bar slides away under who reads the box.
  let width = innerWidth;
  addEventListener("resize", () => {
    if (width === innerWidth) return;
    width = innerWidth;
    if (box.matches(":popover-open")) box.hidePopover();
  });
});
