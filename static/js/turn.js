// [data-turn] turns [data-turns] by half a circle towards whoever sits opposite. The signature is kept the right way up.

import "./signature.js";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-turn]")) document.querySelector("[data-turns]")?.classList.toggle("is-turned");
});

// The canvas lies against the turned page, so its strokes stand on their head for the one who wrote them.
window.addEventListener("submit", (event) => {
  const form = event.target;
  const canvas = form.querySelector("canvas");
  const field = form.elements.signature;
  if (!form.closest("[data-turns].is-turned") || !canvas || !field?.value) return;
  const turned = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const pen = turned.getContext("2d");
  pen.translate(canvas.width, canvas.height);
  pen.rotate(Math.PI);
  pen.drawImage(canvas, 0, 0);
  field.value = turned.toDataURL("image/png");
}, true);
