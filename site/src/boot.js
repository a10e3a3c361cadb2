// The part of every page that needs no WASM: theme, menu, guesses, check questions, progress; then the live parts, and
// last what keeps the site for a time without a network.
"use strict";
(() => {
  const page = document.documentElement;
  if (page.classList.contains("js")) return;
  const top = new URL(".", document.currentScript.src);
  const kept = {
    get(key) {
      try {
        return localStorage.getItem("trilemma-" + key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem("trilemma-" + key);
        else localStorage.setItem("trilemma-" + key, value);
      } catch {
        // A device that keeps nothing still reads everything.
      }
    },
  };

  page.classList.add("js");
  const theme = kept.get("theme");
  if (theme === "light" || theme === "dark") page.dataset.theme = theme;

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => page.dataset.theme || (dark.matches ? "dark" : "light");
  const shaded = () => document.dispatchEvent(new CustomEvent("trilemma:theme", { detail: shade() }));

  function themes() {
    const label = () => {
      for (const button of all("[data-theme-switch]")) {
        button.setAttribute("aria-label", button.dataset[shade()]);
      }
    };
    for (const button of all("[data-theme-switch]")) {
      button.addEventListener("click", () => {
        const next = shade() === "dark" ? "light" : "dark";
        const system = dark.matches ? "dark" : "light";
        if (next === system) {
          delete page.dataset.theme;
          kept.set("theme", null);
        } else {
          page.dataset.theme = next;
          kept.set("theme", next);
        }
        shaded();
      });
    }
    dark.addEventListener("change", shaded);
    document.addEventListener("trilemma:theme", label);
    label();
  }

  function menus() {
    for (const menu of all("details.menu-small")) {
      menu.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && menu.open) {
          menu.open = false;
          menu.querySelector("summary").focus();
        }
      });
      document.addEventListener("click", (event) => {
        if (menu.open && !menu.contains(event.target)) menu.open = false;
      });
    }
  }

  function predictions() {
    for (const panel of all("[data-predict]")) {
      const id = panel.dataset.predict;
      const guesses = all("[data-guess]", panel);
      const template = document.querySelector(`template[data-reveal="${id}"]`);
      const cover = document.querySelector(`[data-cover="${id}"]`);
      const say = panel.querySelector("[data-say]");
      const reveal = (guess, spoken) => {
        if (!cover.isConnected) return;
        const shown = document.createElement("div");
        shown.className = "revealed";
        shown.append(template.content.cloneNode(true));
        cover.replaceWith(shown);
        for (const button of guesses) {
          button.setAttribute("aria-pressed", String(button.dataset.guess === guess));
          button.setAttribute("aria-disabled", "true");
        }
        for (const reply of all("[data-reply]", shown)) reply.hidden = reply.dataset.reply !== guess;
        const badge = shown.querySelector("[data-your-guess]");
        if (badge) badge.textContent = guess ? `Your guess was ${guess}.` : "You chose to see it at once.";
        if (spoken) say.textContent = "The figure and the explanation are shown below.";
        kept.set("guess:" + id, guess || "-");
      };
      for (const button of guesses) button.addEventListener("click", () => reveal(button.dataset.guess, true));
      for (const button of all("[data-show]", cover)) {
        button.addEventListener("click", () => {
          const after = cover.parentElement;
          reveal("", true);
          const head = after.querySelector(".revealed .fig-title") || after.querySelector(".said-badge");
          head.tabIndex = -1;
          head.focus();
        });
      }
      const before = kept.get("guess:" + id);
      if (before === "-") reveal("", false);
      else if (guesses.some((button) => button.dataset.guess === before)) reveal(before, false);
    }
  }

  // Paper covers nothing: what is withheld is printed behind the question, and covered again after.
  function papers() {
    let shown = [];
    addEventListener("beforeprint", () => {
      for (const template of all("template[data-reveal]")) {
        const cover = document.querySelector(`[data-cover="${template.dataset.reveal}"]`);
        if (!cover) continue;
        const open = document.createElement("div");
        open.append(template.content.cloneNode(true));
        cover.hidden = true;
        cover.after(open);
        shown.push([cover, open]);
      }
    });
    addEventListener("afterprint", () => {
      for (const [cover, open] of shown) {
        open.remove();
        cover.hidden = false;
      }
      shown = [];
    });
  }

  const done = () => new Set((kept.get("done") || "").split(" ").filter(Boolean));

  function checks() {
    for (const check of all("[data-check]")) {
      const say = check.querySelector(".check-say");
      for (const button of all("[data-answer]", check)) {
        button.addEventListener("click", () => {
          const right = button.dataset.answer === "right";
          for (const other of all('[data-state="right"]', check)) delete other.dataset.state;
          button.dataset.state = right ? "right" : "tried";
          const why = button.nextElementSibling.content.cloneNode(true);
          const head = document.createElement("b");
          head.textContent = right ? "Yes. " : "Not quite. ";
          say.replaceChildren(head, why);
          const lesson = check.closest("[data-lesson]");
          if (right && lesson) kept.set("done", [...done().add(lesson.dataset.lesson)].join(" "));
        });
      }
    }
  }

  function progress() {
    const routes = done();
    for (const item of all("[data-route]")) {
      if (routes.has(item.dataset.route)) {
        item.dataset.done = "";
        for (const word of all(".done-word", item)) word.hidden = false;
      }
    }
    for (const button of all("[data-forget]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        try {
          for (const key of Object.keys(localStorage)) {
            if (key.startsWith("trilemma-")) localStorage.removeItem(key);
          }
        } catch {
          // Nothing is kept, so nothing is to be forgotten.
        }
        delete page.dataset.theme;
        shaded();
        for (const item of all("[data-route]")) {
          delete item.dataset.done;
          for (const word of all(".done-word", item)) word.hidden = true;
        }
        const isGone = await forgetPages();
        const said = document.querySelector("[data-forgotten]");
        if (!said) return;
        said.textContent = isGone
          ? "Forgotten: nothing of yours is kept on this device."
          : "Forgotten, but for the pages that open without a network: the browser did not remove them. Its settings can.";
      });
    }
  }

  function copies() {
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      button.dataset.label ||= button.textContent;
      try {
        await navigator.clipboard.writeText(button.nextElementSibling.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select it to copy";
      }
      setTimeout(() => (button.textContent = button.dataset.label), 3000);
    });
  }

  // A stop pressed before the app is there is not lost: the app finds it in data-guess.
  function early() {
    for (const home of all('[data-mount="home"]')) {
      home.addEventListener("click", (event) => {
        const pressed = event.target.closest("[data-stop]");
        if (pressed && home.contains(pressed)) home.dataset.guess = pressed.dataset.stop;
      });
    }
  }

  // The same page in another language, with the proposal that is open.
  function languages() {
    for (const link of all("[data-language]")) {
      link.addEventListener("click", () => (link.hash = location.hash));
    }
  }

  async function live() {
    if (!document.querySelector("[data-mount]")) return;
    const failed = () => page.classList.add("app-failed");
    if (!page.dataset.app || typeof WebAssembly !== "object") return failed();
    try {
      // The words of another language come before whatever writes English onto the page.
      await page.speaking;
      const app = await import(new URL(page.dataset.app, location.href).href);
      await app.default({ module_or_path: new URL(page.dataset.wasm, location.href).href });
    } catch (error) {
      failed();
      throw error;
    }
  }

  // A newer version of the site is offered and never forced. What was open goes on with its own version's files.
  function offer(waiting) {
    if (document.querySelector(".newer")) return;
    const box = document.createElement("aside");
    box.className = "newer";
    box.setAttribute("aria-label", "Newer version");
    const say = document.createElement("p");
    say.setAttribute("role", "status");
    const button = (text, press) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn";
      made.textContent = text;
      made.addEventListener("click", press);
      return made;
    };
    const use = button("Use it now", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("use");
    });
    // Who comes here by keyboard goes back to where they were.
    let from;
    box.addEventListener("focusin", (event) => (from ||= event.relatedTarget));
    const later = button("Later", () => {
      box.remove();
      (from || document.getElementById("main"))?.focus({ preventScroll: true });
    });
    box.append(say, use, later);
    document.body.append(box);
    // Said once the region is there, or nobody hears it.
    setTimeout(() => (say.textContent = "A newer version of this site is ready. Your link stays as it is."), 100);
  }

  let isForgotten = false;

  async function keepPages() {
    const workers = navigator.serviceWorker;
    // A frame in somebody else's page leaves nothing on the reader's device.
    if (!workers || isForgotten || navigator.connection?.saveData || window.parent !== window) return;
    try {
      const registration = await workers.register(new URL("sw.js", top).href);
      const look = (worker) => {
        const settled = () => worker.state === "installed" && workers.controller && offer(worker);
        worker.addEventListener("statechange", settled);
        settled();
      };
      if (registration.waiting) look(registration.waiting);
      registration.addEventListener("updatefound", () => look(registration.installing));
    } catch {
      // A browser that keeps nothing still reads everything that comes.
    }
  }

  // Whether no page is kept any more.
  async function forgetPages() {
    isForgotten = true;
    if (!navigator.serviceWorker) return true;
    try {
      const registration = await navigator.serviceWorker.getRegistration(top);
      if (registration?.scope === top.href) await registration.unregister();
      for (const name of await caches.keys()) {
        if (name.startsWith(`trilemma ${top.href} `)) await caches.delete(name);
      }
      return true;
    } catch {
      return false;
    }
  }

  // Whatever the reader came for goes first.
  function later() {
    const start = () => setTimeout(keepPages, 4000);
    if (document.readyState === "complete") start();
    else addEventListener("load", start);
  }

  // What the post has escaped, once or more.
  function plain(text) {
    const undone = text.replace(/%([2-7][\da-f])/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
    return undone === text ? text : plain(undone);
  }

  // Where an address leads that holds the link of a proposal: to the page before the link, or to the lab if there is none such. What
  // else the link has suffered is undone there.
  function meant() {
    const text = plain(location.pathname + location.search + location.hash).replace(/\/(p\d+\?)/i, "/#$1");
    const link = /[^a-z\d](p\d+\?.*)$/i.exec(text);
    const [, place, rest] = /\/(lab\/(?:sweep|compare|cluster)|lab|embed)\/?([?#].*)$/i.exec(text) || [];
    return link && new URL(place ? place.toLowerCase() + "/" + rest : "lab/#" + link[1], top);
  }

  // The page that is not there is shown at any depth: its links start from where this file is, and a link that lost its `#`
  // leads on. On any other page a link may stand in the query behind words of others.
  function found() {
    if ("lost" in page.dataset) {
      for (const link of all('[href^="./"]')) link.href = new URL(link.getAttribute("href"), top).href;
      const to = meant();
      // A host without that page gives this one once more.
      if (to && to.pathname !== location.pathname) location.replace(to);
      return;
    }
    const late = /&s=(p\d.*)$/i.exec(location.search);
    if (late && !location.hash) history.replaceState(null, "", "#" + plain(late[1]));
  }

  function start() {
    found();
    languages();
    themes();
    menus();
    predictions();
    papers();
    checks();
    progress();
    copies();
    early();
    live();
    later();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
