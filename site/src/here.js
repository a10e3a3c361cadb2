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
  const NO_LINK = "That is no link of the lab: one holds “profile=” behind its #. Copy it from the lab’s address bar.";
  // Mail may have escaped it, or set it in capitals.
  const isLink = (text) => /profile(=|%)/i.test(text);

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
      const held = old.contains(document.activeElement);
      const next = made(html);
      next.dataset[kind] = id;
      old.replaceWith(next);
      if (open) next.querySelector("details")?.setAttribute("open", "");
      if (!held) continue;
      const focus = next.querySelector("summary") || next;
      if (focus === next) next.tabIndex = -1;
      focus.focus({ preventScroll: true });
    }
  };
  const put = (name, words) => {
    // "6 h 15 min" stays on one line.
    const bound = words.replaceAll(" ", "\u00a0").replace("more\u00a0than\u00a0", "more than ");
    for (const it of everywhere(`[data-n="${name}"]`)) it.textContent = bound;
  };
  const numbersOf = (claim) => everywhere("[data-n]").filter((it) => it.dataset.n.split(".")[0] === claim);
  const doubt = (claim) => {
    for (const it of everywhere(`[data-claim="${claim}"]`)) it.closest("details")?.setAttribute("open", "");
    for (const it of numbersOf(claim)) it.classList.add("not-here");
  };

  let workers = [];
  const end = () => {
    for (const worker of workers) worker.terminate();
    workers = [];
    if (document.activeElement === stop) select.focus();
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
    select.value = "";
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
      if (mine !== latest) return;
      problem("a file did not come. Is there a network? Choose the cluster again to try once more.");
      return;
    }
    if (mine !== latest) return;
    const [setUps, asked] = files;
    const state = { next: 0, items: 0, runs: 1, ran: 0, facts: [], told: [], name: choice };
    const start = () => {
      const worker = new Worker(loader);
      workers.push(worker);
      const more = () => {
        if (state.next < state.items) worker.postMessage({ item: state.next++ });
      };
      worker.onerror = () => {
        if (!state.items) return problem("the part that runs it could not start. Reload the page to try again.");
        kept.set("");
        problem("a run broke off. Choose another cluster.");
      };
      worker.onmessage = ({ data }) => {
        if (data.ready) worker.postMessage({ setUps, asked, choice, seeds });
        else if (data.problem) {
          kept.set("");
          problem(data.problem);
        } else if (data.name) {
          Object.assign(state, { name: data.name, facts: data.facts, items: data.items, runs: data.runs });
          if (state.items) more();
          else show();
        } else if (data.run) {
          bar.max = state.runs;
          bar.value = ++state.ran;
        } else if (data.told) {
          if (state.told.push(data.told) < state.items) more();
          else show();
        }
      };
    };
    // All at once, so that no two numbers on the page are ever of two clusters.
    const show = () => {
      end();
      const figures = state.told.filter((told) => told.figure);
      const claims = state.told.filter((told) => !told.figure);
      for (const [name, words] of state.facts) put(name, words);
      for (const told of figures) replace("figure", told.id, told.html);
      for (const told of claims) {
        replace("claim", told.id, told.html);
        // A number that there is none of here is not that of another cluster.
        if (told.asked) for (const it of numbersOf(told.id)) it.textContent = "–";
        for (const [name, words] of told.numbers) put(name, words);
        if (!told.holds) doubt(told.id);
      }
      const runs = new Map(claims.flatMap((told) => told.numbers).filter(([name]) => name.endsWith(".seeds")));
      for (const it of everywhere("[data-runs]")) {
        const own = [...it.parentElement.querySelectorAll("[data-claim]")].map((claim) => runs.get(claim.dataset.claim + ".seeds"));
        const least = Math.min(seeds, ...own.filter(Boolean));
        it.textContent = `Run on this device for ${state.name}: the middle of ${least} runs at each setting, with the same seeds`;
      }
      const hold = claims.filter((told) => told.holds).length;
      // What a text asks of a machine or of people of its own cannot be asked of others.
      const own = claims.filter((told) => !told.asked).length;
      const rest = own ? ` ${own} more cannot be asked there.` : "";
      const verdict =
        claims.length > 1
          ? own === claims.length
            ? "None of this page’s sentences can be asked there."
            : `${hold} of ${claims.length - own} sentences of this page hold there.${rest}`
          : claims.length
            ? `${hold ? "It holds there: " : "It does not hold there: "}the one sentence of this page that rests on runs.`
            : figures.some((told) => told.holds)
              ? "Its figure is drawn anew."
              : "Nothing of this page could be run.";
      const dots = hold < claims.length ? " Numbers on dots belong to one that does not, or is not asked." : "";
      const few = seeds < MANY ? ` With ${seeds} runs each this is a first look.` : "";
      say.textContent = `${state.name}: ${verdict}${dots}${few} Lines for Slurm stay as written.`;
      surer.hidden = seeds >= MANY;
    };
    say.textContent = `Running this page for ${/[?=%]/.test(choice) ? "the link" : choice}, ${seeds} runs at each setting …`;
    bar.removeAttribute("value");
    bar.hidden = stop.hidden = false;
    const cores = navigator.hardwareConcurrency || 2;
    for (let i = 0; i < Math.max(1, Math.min(4, cores - 1)); i++) start();
  };

  // A pasted link is one of the choices, or it could not be taken back.
  let pasted;
  const mark = (choice) => {
    if (![...select.options].some((it) => it !== pasted && it.value === choice)) {
      pasted ||= select.appendChild(new Option("the pasted link"));
      pasted.value = choice;
    }
    select.value = choice;
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
    if (!isLink(link)) {
      say.textContent = NO_LINK;
      return;
    }
    mark(link);
    choose(link);
  });
  stop.addEventListener("click", () => {
    kept.set("");
    select.value = "";
    run("", FEW);
  });
  surer.addEventListener("click", () => {
    run(select.value, MANY);
    select.focus();
  });

  // An answer to the exercise, run against what it has to reach.
  const goal = document.querySelector("[data-goal]");
  let answers = 0;
  let judging;
  const judge = async (link) => {
    const [verdict, count] = [goal.querySelector("[data-verdict]"), goal.querySelector("progress")];
    const mine = ++answers;
    judging?.terminate();
    const tell = (...lines) => {
      count.hidden = true;
      verdict.replaceChildren(
        ...lines.map(([words, met]) => {
          const line = document.createElement("p");
          if (met !== undefined) line.className = met ? "met" : "missed";
          line.textContent = words;
          return line;
        }),
      );
    };
    if (!isLink(link)) return tell([NO_LINK]);
    if (!loader || !window.Worker || !window.WebAssembly) {
      return tell(["Running it needs WebAssembly, which this browser does not have."]);
    }
    tell([`Running it, ${MANY} runs …`]);
    let files;
    try {
      files = await Promise.all([bytes(panel.dataset.setUps), bytes(panel.dataset.here)]);
    } catch {
      if (mine === answers) tell(["A file did not come. Is there a network? Try once more."]);
      return;
    }
    if (mine !== answers) return;
    const worker = new Worker(loader);
    judging = worker;
    let ran;
    worker.onerror = () => {
      worker.terminate();
      const why = ran === undefined ? "The part that runs it could not start. Reload the page to try again." : "A run broke off. Try another proposal.";
      tell([why]);
    };
    worker.onmessage = ({ data }) => {
      if (data.ready) {
        ran = 0;
        worker.postMessage({ setUps: files[0], asked: files[1], answer: link, seeds: MANY });
      } else if (data.run) {
        // Counted in the bar: whoever listens is not told of each run.
        count.hidden = false;
        count.max = MANY;
        count.value = ++ran;
      } else {
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
  if (before) {
    mark(before);
    run(before, FEW);
  }
});
