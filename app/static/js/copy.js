// « Copier »: puts the address in the clipboard and says so. Without this file the field is there to copy from.
(() => {
  const field = document.querySelector("[data-copied]");
  const button = document.querySelector("[data-copy]");
  const status = document.querySelector("[data-copy-status]");
  if (!field || !button) return;
  const whole = () => field.setSelectionRange(0, field.value.length);

  button.hidden = false;
  field.addEventListener("focus", whole);
  button.addEventListener("click", async () => {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Adresse copiée.";
    } catch {
      // The browser keeps the clipboard to itself (a page without HTTPS): the address is selected, to be copied by hand.
      field.focus();
      whole();
      status.textContent = "Adresse sélectionnée : copiez-la avec votre clavier ou un appui long.";
    }
  });
})();
