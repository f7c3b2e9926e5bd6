/* The weights as sliders beside their numbers; without this script the numbers do alone. */
"use strict";

(() => {
  const MOST = 10;
  const form = document.querySelector("[data-candidate-form]");
  if (!form) return;
  form.querySelectorAll("[data-weight]").forEach((number) => {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "0", max: String(MOST), step: "1", className: "weight__slider" });
    slider.value = number.value.replace(",", ".");
    slider.setAttribute("aria-label", `${number.labels[0].textContent.trim()}, poids de 0 à ${MOST}`);
    slider.addEventListener("input", () => (number.value = slider.value));
    number.addEventListener("input", () => (slider.value = number.value.replace(",", ".")));
    number.after(slider);
  });
})();
