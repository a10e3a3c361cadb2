// A lesson or guide on the reader's own cluster: its numbers and figures are run anew by workers, on this device.
"use strict";
addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-here]");
  if (!panel) return;
  const root = document.documentElement;
  const [select, say, bar, stop, surer] = ["select", "[role=status]", "progress", "[data-stop]", "[data-surer]"].map((it) =>
    panel.querySelector(it),
  );
  const form = panel.querySelector("form");
  const loader = root.dataset.textWorker;
  const KEY = "trilemma-cluster";
  const [FEW, MANY] = [5, 20];

  const kept = {
    get() {
      try {
        return localStorage.getItem(KEY) || "";
      } catch {
        return "";
      }
    },
    set(choice) {
      try {
        if (choice) localStorage.setItem(KEY, choice);
        else localStorage.removeItem(KEY);
      } catch {
        // A device that keeps nothing is asked again on the next page.
      }
    },
  };

  // What is withheld until a guess stands in templates, and is found there too.
  const everywhere = (selector) => {
    const parts = [document, ...[...document.querySelectorAll("template")].map((it) => it.content)];
    return parts.flatMap((part) => [...part.querySelectorAll(selector)]);
  };
  const made = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.firstElementChild;
  };

  const written = { n: {}, claim: {}, figure: {}, runs: {} };
  for (const it of everywhere("[data-n]")) written.n[it.dataset.n] = it.textContent;
  for (const it of everywhere("[data-claim]")) written.claim[it.dataset.claim] = it.outerHTML;
  for (const it of everywhere("[data-figure]")) written.figure[it.dataset.figure] = it.outerHTML;
  for (const it of everywhere("[data-runs]")) written.runs[it.dataset.runs] = it.innerHTML;

  const replace = (kind, id, html) => {
    for (const old of everywhere(`[data-${kind}="${id}"]`)) {
      const open = old.querySelector("details")?.open;
      const next = made(html);
      next.dataset[kind] = id;
      old.replaceWith(next);
      if (open) next.querySelector("details")?.setAttribute("open", "");
    }
  };
  const put = (name, words) => {
    for (const it of everywhere(`[data-n="${name}"]`)) it.textContent = words;
  };
  const doubt = (claim) => {
    for (const it of everywhere(`[data-claim="${claim}"]`)) it.closest("details")?.setAttribute("open", "");
    for (const it of everywhere("[data-n]")) {
      if (it.dataset.n.split(".")[0] === claim) it.classList.add("not-here");
    }
  };
  const runsAre = (words) => {
    for (const it of everywhere("[data-runs]")) it.textContent = words;
  };

  let workers = [];
  const end = () => {
    for (const worker of workers) worker.terminate();
    workers = [];
    bar.hidden = stop.hidden = true;
  };
  const asWritten = () => {
    end();
    for (const [name, words] of Object.entries(written.n)) put(name, words);
    for (const it of everywhere(".not-here")) it.classList.remove("not-here");
    for (const it of everywhere("details.evidence:has(.fails)")) it.removeAttribute("open");
    for (const [id, html] of Object.entries(written.claim)) replace("claim", id, html);
    for (const [id, html] of Object.entries(written.figure)) replace("figure", id, html);
    for (const it of everywhere("[data-runs]")) it.innerHTML = written.runs[it.dataset.runs];
    surer.hidden = true;
  };

  const problem = (words) => {
    asWritten();
    panel.classList.remove("chosen");
    say.textContent = `The page stays as written: ${words}`;
  };
  const bytes = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address);
    return new Uint8Array(await answer.arrayBuffer());
  };

  let latest = 0;
  const run = async (choice, seeds) => {
    asWritten();
    const mine = ++latest;
    panel.classList.toggle("chosen", Boolean(choice));
    if (!choice) {
      say.textContent = panel.dataset.said;
      return;
    }
    if (!loader || !window.Worker || !window.WebAssembly) {
      problem("running it anew needs WebAssembly, which this browser does not have.");
      return;
    }
    say.textContent = "Fetching the cluster …";
    let files;
    try {
      files = await Promise.all([bytes(panel.dataset.setUps), bytes(panel.dataset.here)]);
    } catch {
      problem("a file did not come. Is there a network? Choose the cluster again to try once more.");
      return;
    }
    if (mine !== latest) return;
    const [setUps, asked] = files;
    const state = { next: 0, items: 1, runs: 1, ran: 0, claims: 0, hold: 0, done: 0, name: choice };
    const start = () => {
      const worker = new Worker(loader);
      workers.push(worker);
      const more = () => {
        if (state.next < state.items) worker.postMessage({ item: state.next++ });
      };
      worker.onerror = () => problem("the part that runs it could not start. Reload the page to try again.");
      worker.onmessage = ({ data }) => {
        if (data.ready) worker.postMessage({ setUps, asked, choice, seeds });
        else if (data.problem) problem(data.problem);
        else if (data.name) {
          Object.assign(state, { name: data.name, items: data.items, runs: data.runs });
          for (const [name, words] of data.facts) put(name, words);
          more();
        } else if (data.run) {
          bar.max = state.runs;
          bar.value = ++state.ran;
        } else if (data.told) {
          take(data.told);
          more();
        }
      };
    };
    const take = (told) => {
      state.done++;
      replace(told.figure ? "figure" : "claim", told.id, told.html);
      for (const [name, words] of told.numbers) put(name, words);
      if (!told.figure) {
        state.claims++;
        if (told.holds) state.hold++;
        else doubt(told.id);
      }
      runsAre(`Run on this device for ${state.name}: the middle of ${seeds} runs at each setting, with the same seeds`);
      if (state.done < state.items) return;
      end();
      const sentences = state.claims === 1 ? "the one sentence" : `${state.hold} of ${state.claims} sentences`;
      const verdict =
        state.claims === 0
          ? "Its figure is drawn anew."
          : state.claims === 1
            ? `${state.hold ? "It holds there: " : "It does not hold there: "}${sentences} of this page that rests on runs.`
            : `${sentences} of this page hold there.`;
      const mark = state.hold < state.claims ? " Numbers on dots belong to one that does not." : "";
      const few = seeds < MANY ? ` With ${seeds} runs each this is a first look.` : "";
      say.textContent = `${state.name}: ${verdict}${mark}${few} Lines for Slurm stay as written.`;
      surer.hidden = seeds >= MANY;
    };
    say.textContent = `Running this page for ${choice.includes("?") ? "the link" : choice}, ${seeds} runs at each setting …`;
    bar.removeAttribute("value");
    bar.hidden = stop.hidden = false;
    const cores = navigator.hardwareConcurrency || 2;
    for (let i = 0; i < Math.max(1, Math.min(4, cores - 1)); i++) start();
  };

  const choose = (choice) => {
    kept.set(choice);
    run(choice, FEW);
  };
  select.addEventListener("change", () => choose(select.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const link = form.querySelector("input").value.trim();
    if (!link) return;
    if (!link.includes("profile=")) {
      say.textContent = "That is no link of the lab: one holds “profile=” behind its #. Copy it from the lab’s address bar.";
      return;
    }
    select.value = "";
    choose(link);
  });
  stop.addEventListener("click", () => {
    kept.set("");
    select.value = "";
    run("", FEW);
    select.focus();
  });
  surer.addEventListener("click", () => run(kept.get() || select.value, MANY));

  // An answer to the exercise, run against what it has to reach.
  const goal = document.querySelector("[data-goal]");
  const judge = async (link) => {
    const verdict = goal.querySelector("[data-verdict]");
    const tell = (...lines) => {
      verdict.replaceChildren(
        ...lines.map(([words, met]) => {
          const line = document.createElement("p");
          if (met !== undefined) line.className = met ? "met" : "missed";
          line.textContent = words;
          return line;
        }),
      );
    };
    if (!link.includes("profile=")) {
      return tell(["That is no link of the lab: one holds “profile=” behind its #. Copy it from the lab’s address bar."]);
    }
    if (!loader || !window.Worker || !window.WebAssembly) {
      return tell(["Running it needs WebAssembly, which this browser does not have."]);
    }
    tell([`Running it, ${MANY} runs …`]);
    let files;
    try {
      files = await Promise.all([bytes(panel.dataset.setUps), bytes(panel.dataset.here)]);
    } catch {
      return tell(["A file did not come. Is there a network? Try once more."]);
    }
    const worker = new Worker(loader);
    let ran = 0;
    worker.onerror = () => tell(["The part that runs it could not start. Reload the page to try again."]);
    worker.onmessage = ({ data }) => {
      if (data.ready) worker.postMessage({ setUps: files[0], asked: files[1], answer: link, seeds: MANY });
      else if (data.run) tell([`Running it: ${++ran} of ${MANY} runs …`]);
      else {
        worker.terminate();
        if (data.problem) return tell([`It cannot be run: ${data.problem}.`]);
        const { met, gamed, reached } = data.verdict;
        if (gamed.length) {
          return tell([`This changes the question and not only rules: ${gamed.join("; ")}. Put that back and try again.`, false]);
        }
        tell(
          [met ? "It reaches everything." : "Not yet.", met],
          ...reached.map(([says, measured, is]) => [`${is ? "✓" : "✗"} ${says}: here ${measured}`, is]),
        );
      }
    };
  };
  goal?.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    judge(goal.querySelector("input").value.trim());
  });

  const before = kept.get();
  if ([...select.options].some((option) => option.value === before)) select.value = before;
  if (before) run(before, FEW);
});
