// The row of photos of the walk, from the page and from what waits on this tablet: a thumbnail stands as soon as the photo is
// kept, offline too. Draws the rows [data-shots], the photo that is invited next, and opens a photo over the whole screen.

import { look } from "./annotate.js"; // with the page, so that photo.js finds it without network too
import { walk } from "./walk.js";

const local = new Map(); // id → address of a picture that waits here, given back when the server's stands

function draw(state) {
  if (!state) return;
  const numbers = new Map(state.marks.map((mark, index) => [`mark:${mark.id}`, String(index + 1)]));
  for (const photo of state.photos) {
    if (photo.local) local.set(photo.id, photo.url);
    else if (local.has(photo.id)) {
      URL.revokeObjectURL(local.get(photo.id));
      local.delete(photo.id);
    }
  }
  for (const box of document.querySelectorAll("[data-shots]")) row(box, state.photos, numbers);
  invite(state);
}

function row(box, photos, numbers) {
  const known = new Map([...box.querySelectorAll("[data-shot]")].map((shot) => [shot.dataset.shot, shot]));
  const empty = box.parentElement.querySelector("[data-shot-row]");
  const before = known.size;
  for (const photo of photos) {
    const shot = known.get(photo.id) ?? made(box, empty);
    known.delete(photo.id);
    const [image, pill] = [shot.querySelector("img"), shot.querySelector("span")];
    const label = numbers.get(photo.place) ?? photo.label;
    shot.dataset.shot = photo.id;
    const small = photo.thumb ?? photo.url;
    if (image.getAttribute("src") !== small) image.src = small;
    if (photo.label && image.alt !== photo.label) image.alt = photo.label;
    if (shot.getAttribute("href") !== photo.url) shot.href = photo.url;
    if (pill.textContent !== label) pill.textContent = label;
  }
  for (const gone of known.values()) gone.closest("li").remove();
  box.hidden = !photos.length;
  if (photos.length > before) box.scrollLeft = box.scrollWidth;
}

function made(box, empty) {
  const item = empty.content.firstElementChild.cloneNode(true);
  box.append(item);
  return item.querySelector("[data-shot]");
}

function invite(state) {
  const form = document.querySelector("[data-photo-invite]");
  const words = document.getElementById("exterior-words");
  if (!form || !words) return;
  const taken = new Set(state.photos.map((photo) => photo.place));
  const next = JSON.parse(words.textContent).invited.find((one) => !taken.has(one.place));
  form.hidden = !next;
  if (!next || form.elements.place.value === next.place) return;
  form.elements.place.value = next.place;
  form.elements.label.value = next.label;
  form.querySelector("[data-corner]").dataset.corner = next.place;
  form.querySelector("[data-invited]").textContent = next.label;
}

walk.on(draw);
// Before htmx and before the link itself: on a tablet there are no tabs.
document.addEventListener("click", (event) => {
  const shot = event.target.closest("[data-shots] [data-shot]");
  const dialog = document.querySelector("[data-annotate]");
  if (!shot || !dialog || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const label = shot.querySelector("img").alt;
  look(dialog, shot.href, label).catch((error) => console.warn("photo:", error.message));
}, true);
