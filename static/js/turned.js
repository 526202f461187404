// The screen turned round to the customer: the sheet in the customer's language, big, with drawings and photos, and the
// field to sign. Turned by half a circle the signature still follows the finger, and is kept the right way up.

import "./signature.js";
import { walk } from "./walk.js";
import { linesOf } from "./walkwords.js";

const dialog = () => document.querySelector("dialog[data-turned]");
const make = (name, given = {}) => Object.assign(document.createElement(name), given);

function open() {
  const box = dialog();
  sign(false);
  box.classList.remove("is-turned");
  box.showModal();
  speak(box.dataset.language);
}

function speak(language) {
  const box = dialog();
  const all = JSON.parse(document.getElementById("sheet-languages").textContent);
  const { words, texts } = all[language] ?? Object.values(all)[0];
  box.lang = language;
  for (const button of box.querySelectorAll("[data-turned-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.turnedLanguage === language));
  }
  for (const place of box.querySelectorAll("[data-text]")) place.textContent = texts[place.dataset.text];
  box.querySelector(".rx-sign-invite").lastChild.textContent = texts.invite;
  box.querySelector("[data-sign-again]").textContent = texts.again;
  box.querySelector("canvas").setAttribute("aria-label", texts.invite);
  const state = { ...walk.state, words };
  box.querySelector("[data-turned-lines]").replaceChildren(...linesOf(state).flatMap(({ label, text }) => [
    make("dt", { textContent: label }), make("dd", { textContent: text }),
  ]));
  box.querySelector("[data-turned-cars]").replaceChildren(...cars(state));
  box.querySelector("[data-turned-photos]").replaceChildren(...state.photos.slice(0, 8).map(shot));
}

// The sides with marks as the walk has drawn them; without any the left side alone.
function cars(state) {
  const marked = Object.keys(state.words.views).filter((view) => state.marks.some((mark) => mark.view === view));
  return (marked.length ? marked : ["left"]).flatMap((view) => {
    const drawing = document.querySelector(`[data-walk] [data-view="${view}"] svg`)?.cloneNode(true);
    if (!drawing) return [];
    drawing.setAttribute("aria-label", state.words.views[view]);
    drawing.querySelectorAll("[data-zone], [data-past-marks], .car-mark-ring").forEach((part) => part.remove());
    drawing.querySelector("[data-marks]")?.removeAttribute("data-marks");
    const figure = make("figure");
    figure.append(drawing, make("figcaption", { textContent: state.words.views[view] }));
    return [figure];
  });
}

function shot(photo) {
  const figure = make("figure");
  figure.append(make("img", { src: photo.url, alt: photo.label || "", width: 160, height: 120 }));
  return figure;
}

function sign(on) {
  const box = dialog();
  box.querySelector("[data-turned-pad]").hidden = !on;
  box.querySelector("[data-turned-sheet]").hidden = on;
  for (const name of ["sign", "seen"]) box.querySelector(`[data-turned-${name}]`).hidden = on;
  for (const name of ["back", "keep"]) box.querySelector(`[data-turned-${name}]`).hidden = !on;
}

// The canvas lies against the turned page, so its strokes stand on their head for the one who wrote them.
function upright(form) {
  const canvas = form.querySelector("canvas");
  const field = form.elements.signature;
  if (!field.value || !dialog().classList.contains("is-turned")) return;
  const turned = make("canvas", { width: canvas.width, height: canvas.height });
  const pen = turned.getContext("2d");
  pen.translate(canvas.width, canvas.height);
  pen.rotate(Math.PI);
  pen.drawImage(canvas, 0, 0);
  field.value = turned.toDataURL("image/png");
}

document.addEventListener("click", (event) => {
  const tapped = (name) => event.target.closest(`[data-${name}]`);
  if (tapped("turned-open")) open();
  if (tapped("turn-round")) dialog().classList.toggle("is-turned");
  if (tapped("turned-sign")) sign(true);
  if (tapped("turned-back")) sign(false);
  const language = tapped("turned-language");
  if (language) speak(language.dataset.turnedLanguage);
});
window.addEventListener("submit", (event) => {
  if (event.target.matches("[data-turned-pad]")) upright(event.target);
}, true);
