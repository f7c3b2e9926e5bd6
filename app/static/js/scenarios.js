/* A trial without loading the page anew: each step asks the server for the figures, and the address of the page follows. */
"use strict";

(() => {
  const page = document.querySelector("[data-scenario]");
  const figures = page.querySelector("[data-scenario-figures]");
  const summary = page.querySelector("[data-scenario-summary]");
  const failure = page.querySelector("[data-scenario-failure]");
  const MOST = 100;
  let asking = null;

  figures.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-scenario-step]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    edit(new URL(link.href).searchParams);
  });
  Maillage.scenarioMaps.step = (step) => edit(stepped(step));
  window.addEventListener("popstate", () => ask(location.search));

  /* The query of the page with one place more, or less, in a list. */
  function stepped({ key, list, add }) {
    const query = new URLSearchParams(location.search);
    const keys = (query.get(list) || "").split(";").filter((one) => one && one !== key);
    if (add && keys.length < MOST) keys.push(key);
    if (keys.length) query.set(list, keys.join(";"));
    else query.delete(list);
    return query;
  }

  /* The browser's Back undoes each edit. */
  function edit(query) {
    return ask(`?${query}`, (address) => address !== location.pathname + location.search && history.pushState(null, "", address));
  }

  async function ask(query, then) {
    asking?.abort();
    asking = new AbortController();
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(page.dataset.figures + query, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
      const said = await answer.json();
      then?.(said.address);
      show(said);
      failure.textContent = "";
    } catch (error) {
      if (Maillage.isAbort(error)) return;
      failure.textContent = "Le calcul n’a pas pu être fait. Vérifiez votre connexion, puis recommencez.";
    }
    page.removeAttribute("aria-busy");
  }

  function show(said) {
    const open = figures.querySelector("[data-scenario-keep-open]")?.open;
    const hadFocus = figures.contains(document.activeElement);
    figures.innerHTML = said.html;
    page.querySelector("[data-scenario-notices]").innerHTML = said.notices;
    summary.textContent = said.summary;
    const folded = figures.querySelector("[data-scenario-keep-open]");
    if (folded) folded.open = Boolean(open);
    if (hadFocus) figures.querySelector("#resultat").focus({ preventScroll: true });
    Maillage.scenarioMaps.draw(said.maps);
    page.querySelectorAll("a[data-scenario-link]").forEach((link) => (link.href = said.address));
    page.querySelectorAll("a[data-scenario-save]").forEach((link) => (link.href = said.keep));
    page.querySelectorAll("form[data-scenario-form]").forEach((form) => carry(form, said.asked));
  }

  /* What the forms of the page send besides what one types in them. */
  function carry(form, asked) {
    form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
    for (const [name, value] of Object.entries(asked)) {
      if (form.elements.namedItem(name)) continue;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
  }
})();
