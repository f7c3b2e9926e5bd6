// Dragging people between tables with a mouse or a finger. Without this file, each person's link « Déplacer » does the same.
(() => {
  const form = document.querySelector("[data-drag-form]");
  const status = document.querySelector("[data-drag-status]");
  if (!form) return;
  let held = null;

  const say = (text) => { status.textContent = text; };

  function goalAt(x, y) {
    const under = document.elementFromPoint(x, y);
    const table = under && under.closest("[data-table]");
    if (!table || table.dataset.table === held.person.dataset.from) return null;
    const other = under.closest("[data-person]");
    if (other && !("locked" in other.dataset)) return { table, other };
    return { table, other: null };
  }

  function show(goal) {
    document.querySelectorAll(".is-goal").forEach((one) => one.classList.remove("is-goal"));
    if (!goal) return say(`${held.person.dataset.name} : déposez sur une table.`);
    const number = goal.table.dataset.table;
    if (Number(goal.table.dataset.free) > 0) {
      goal.table.classList.add("is-goal");
      return say(`${held.person.dataset.name} : vers la table ${number}.`);
    }
    if (!goal.other) return say(`La table ${number} est complète : déposez sur la personne avec qui échanger.`);
    goal.other.classList.add("is-goal");
    return say(`${held.person.dataset.name} : échange avec ${goal.other.dataset.name}, table ${number}.`);
  }

  function release(done) {
    held.ghost.remove();
    held.person.classList.remove("is-held");
    document.querySelectorAll(".is-goal").forEach((one) => one.classList.remove("is-goal"));
    held = null;
    if (!done) say("");
  }

  function drop(goal) {
    const { person } = held;
    const free = goal && Number(goal.table.dataset.free) > 0;
    if (!goal || (!free && !goal.other)) return release(Boolean(goal));
    form.action = person.dataset.move;
    form.elements.depuis.value = person.dataset.from;
    form.elements.vers.value = free ? `table-${goal.table.dataset.table}` : `personne-${goal.other.dataset.person}`;
    release(true);
    return form.submit();
  }

  function follow(event) {
    held.ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    const edge = 60;
    if (event.clientY < edge) window.scrollBy(0, -12);
    if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
    show(goalAt(event.clientX, event.clientY));
  }

  function take(event, person, handle) {
    if (event.button) return;
    event.preventDefault();
    const ghost = document.createElement("div");
    ghost.className = "drag-ghost";
    ghost.textContent = person.dataset.name;
    document.body.append(ghost);
    person.classList.add("is-held");
    held = { person, ghost };
    handle.setPointerCapture(event.pointerId);
    follow(event);
  }

  document.querySelectorAll("[data-person]:not([data-locked])").forEach((person) => {
    const handle = document.createElement("span");
    handle.className = "seat__handle";
    handle.setAttribute("aria-hidden", "true");
    handle.title = "Glisser vers une autre table";
    handle.addEventListener("pointerdown", (event) => take(event, person, handle));
    handle.addEventListener("pointermove", (event) => held && follow(event));
    handle.addEventListener("pointerup", (event) => held && drop(goalAt(event.clientX, event.clientY)));
    handle.addEventListener("pointercancel", () => held && release(false));
    person.prepend(handle);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held) release(false); });
})();
