/* The progress of a computation: asks the site how far it is, says it, and opens the answer once there is one. */
"use strict";

(() => {
  const box = document.querySelector("[data-computing]");
  if (!box) return;
  const sentence = box.querySelector("[data-computing-sentence]");
  const soFar = box.querySelector("[data-computing-so-far]");
  const status = document.querySelector(".page-header__over");
  const bar = box.querySelector("progress");
  const EVERY = 1000;
  const AT_MOST = 15000;
  let wait = EVERY;

  /* What has not changed is not said again to those who listen. */
  function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  async function look() {
    try {
      const answer = await fetch(box.dataset.computing, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (state.fini) {
        location.reload();
        return;
      }
      bar.value = state.part;
      if (status) say(status, state.etat);
      say(sentence, state.phrase);
      say(soFar, state.valeur);
      wait = EVERY;
    } catch {
      say(sentence, "Le site ne répond pas pour le moment ; nouvel essai dans quelques secondes.");
      wait = Math.min(2 * wait, AT_MOST);
    }
    setTimeout(look, wait);
  }

  setTimeout(look, wait);
})();
