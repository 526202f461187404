// A photo goes out as soon as it is taken: made smaller and written anew first, so that nothing of the camera's data is left
// (the Wi-Fi at the bay is patchy). Where the page has the dialog, it is shown over the whole screen and may be drawn on.
// form[data-op=photo] is kept in the tablet's queue, any other form goes out as it is.

import { register, visitOf } from "./entry.js";

const LONGEST = 1600;
const QUALITY = 0.85;

// file → JPEG of at most 1600 pixels, the right way up and without EXIF. Rejects for what is no picture.
export async function shrink(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

async function taken(input) {
  const dialog = document.querySelector("[data-annotate]");
  let blob;
  try {
    blob = await shrink(input.files[0]);
  } catch (error) {
    console.warn("photo sent as taken:", error.message);
    // In the queue nothing is kept that may hold where it was taken: the server reads the file and says what is wrong.
    input.form.dataset.plain = "true";
    input.form.requestSubmit();
    return;
  }
  if (dialog && input.form.dataset.op === "photo") {
    const { annotate } = await import("./annotate.js");
    const answer = await annotate(dialog, blob);
    if (answer === "again") {
      input.value = "";
      input.click();
      return;
    }
    blob = answer;
  }
  if (!blob) {
    input.value = "";
    return;
  }
  const files = new DataTransfer();
  files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  input.files = files.files;
  input.form.requestSubmit();
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.closest("[data-photo]") && input.files.length) taken(input);
});

register("photo", (form) => {
  const input = form.querySelector("input[type=file]");
  const blob = input.files[0];
  if (form.dataset.plain || !blob) {
    delete form.dataset.plain;
    return null;
  }
  input.value = "";
  const { label, place } = form.elements;
  return [{ visit: visitOf(form), kind: "photo", payload: { label: label?.value ?? "", place: place?.value ?? "" }, blob }];
});
