// On a page in another language: what scripts and apps write onto it in English is said in the page's language before
// anybody sees it. What the catalogue does not know stays English and is marked as such. It stands before boot.js; an app
// waits for `speaking`.
"use strict";
(() => {
  const page = document.documentElement;
  const here = (name) => new URL(page.dataset[name], location.href).href;
  const labels = ["aria-label", "aria-valuetext", "title", "placeholder", "alt", "label", "data-label"];
  // Code, and what is copied, has no language.
  const leave = "code, pre, kbd, script, style, textarea, .share-link, [translate=no]";

  // What the page maker wrote is said already, also where a script moves it or shows what it withheld.
  const written = new Set();
  function read(root) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) written.add(texts.currentNode.data);
    for (const name of labels) {
      for (const it of root.querySelectorAll(`[${name}]`)) written.add(it.getAttribute(name));
    }
    for (const held of root.querySelectorAll("template")) read(held.content);
  }

  async function speak() {
    const [words, lines] = await Promise.all([
      import(here("wordsJs")).then(async (module) => {
        await module.default({ module_or_path: here("wordsWasm") });
        return module.Words;
      }),
      fetch(here("words")).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
        return answer.text();
      }),
    ]);
    const catalogue = new words(lines);
    /** What was said last, by text node; and by element, by label. */
    const said = new WeakMap();

    function sayNode(node) {
      const text = node.data;
      const of = node.parentElement;
      if (!of || !text.trim() || written.has(text) || said.get(node) === text || of.closest(leave)) return;
      const other = catalogue.say(text);
      if (other !== undefined) {
        said.set(node, other);
        node.data = other;
      }
      // Only an app's own words are surely English.
      if (!of.closest("[data-mount]")) return;
      if (catalogue.knows(text)) {
        if (of.lang === "en") of.removeAttribute("lang");
      } else {
        of.lang = "en";
        said.set(node, node.data);
      }
    }

    function sayLabel(element, name) {
      const text = element.getAttribute(name);
      const of = said.get(element) ?? {};
      if (!text || written.has(text) || of[name] === text) return;
      const other = catalogue.say(text);
      if (other === undefined) return;
      of[name] = other;
      said.set(element, of);
      element.setAttribute(name, other);
    }

    // The app links to English pages; where there is one in this language, it is meant.
    const siteTop = new URL(page.dataset.root ?? "./", location.href);
    const routes = new Set(page.dataset.wordsRoutes.split(" "));
    function lead(link) {
      if (!(link instanceof HTMLAnchorElement)) return;
      const to = new URL(link.href, location.href);
      if (!to.href.startsWith(siteTop.href) || link.hreflang) return;
      const route = "/" + to.href.slice(siteTop.href.length).split(/[?#]/)[0];
      if (routes.has(route)) link.href = siteTop.href + page.lang + route + to.search + to.hash;
    }

    function sayAll(root) {
      if (root.nodeType === Node.TEXT_NODE) return sayNode(root);
      if (root.nodeType !== Node.ELEMENT_NODE) return;
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) sayNode(texts.currentNode);
      for (const link of root.querySelectorAll("a[href]")) lead(link);
      for (const name of labels) {
        if (root.hasAttribute(name)) sayLabel(root, name);
        for (const element of root.querySelectorAll(`[${name}]`)) sayLabel(element, name);
      }
    }

    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "characterData") sayNode(change.target);
        else if (change.attributeName === "href") lead(change.target);
        else if (change.type === "attributes") sayLabel(change.target, change.attributeName);
        else for (const added of change.addedNodes) if (added.isConnected) sayAll(added);
      }
    }).observe(document.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: [...labels, "href"],
    });

    // A picture on a canvas has no text to look at: its words are changed as they are drawn.
    const draw = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
      return draw.call(this, catalogue.say(text) ?? text, ...place);
    };

    // What scripts wrote while the words were on their way.
    sayAll(document.body);
  }

  page.speaking = new Promise((done) => {
    document.addEventListener("DOMContentLoaded", () => {
      read(document);
      // Without its words the page goes on in English.
      speak().catch(() => {}).then(done);
    });
  });
})();
