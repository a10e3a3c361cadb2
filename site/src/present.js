// A lesson in a room: one slide at a time, turned by arrow keys, and a second window with the notes, kept in step.
"use strict";
addEventListener("DOMContentLoaded", () => {
  const deck = document.querySelector("[data-present]");
  if (!deck) return;
  const slides = [...deck.querySelectorAll(".slide")];
  const spoken = [...document.querySelectorAll(".spoken")];
  const isNotes = location.hash === "#notes";
  const wire = "BroadcastChannel" in window ? new BroadcastChannel("trilemma-present-" + deck.dataset.present) : null;
  // On a small screen a slide is as long as its text, and is scrolled.
  const isLong = matchMedia("(width < 700px)");
  // When somebody last turned the slides: of several windows the notes follow that one.
  let turned = 0;
  let at = Math.max(0, slides.findIndex((slide) => "#" + slide.id === location.hash));

  const show = (to, tell) => {
    at = Math.min(Math.max(to, 0), slides.length - 1);
    slides.forEach((slide, i) => (slide.hidden = i !== at));
    spoken.forEach((notes, i) => (notes.hidden = i !== at));
    if (!isNotes) {
      history.replaceState(null, "", "#" + slides[at].id);
      const head = slides[at].querySelector("h1, h2");
      head.tabIndex = -1;
      if (tell) head.focus({ preventScroll: true });
    }
    if (!tell) return;
    turned = Date.now();
    if (wire) wire.postMessage({ at, turned });
  };

  document.body.classList.add(isNotes ? "notes-only" : "one-slide");
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // A table or a list that scrolls keeps its keys.
    if (event.target.closest(".scroll") || (isLong.matches && !/Left|Right/.test(event.key))) return;
    const on = ["ArrowRight", "ArrowDown", "PageDown"].includes(event.key);
    const back = ["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key);
    if (on || back || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      show(on ? at + 1 : back ? at - 1 : event.key === "Home" ? 0 : slides.length - 1, true);
    }
  });
  document.querySelector("[data-on]").addEventListener("click", () => show(at + 1, true));
  document.querySelector("[data-back]").addEventListener("click", () => show(at - 1, true));
  document.querySelector("[data-notes]").addEventListener("click", () => (turned = Date.now()));
  if (wire) {
    wire.addEventListener("message", ({ data }) => {
      if (data.ask) {
        if (!isNotes) wire.postMessage({ at, turned });
      } else if (data.turned >= turned) {
        turned = data.turned;
        show(data.at, false);
      }
    });
    if (isNotes) wire.postMessage({ ask: true });
  }
  const clock = document.querySelector("[data-clock]");
  const began = Date.now();
  setInterval(() => {
    const secs = Math.floor((Date.now() - began) / 1000);
    clock.textContent = Math.floor(secs / 60) + ":" + String(secs % 60).padStart(2, "0");
  }, 1000);
  show(at, false);
});
