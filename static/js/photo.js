// A photo goes out as soon as it is taken, made smaller first: the Wi-Fi at the bay is patchy.

const LONGEST = 1600;

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.closest("[data-photo]") || !input.files.length) return;
  try {
    const files = new DataTransfer();
    files.items.add(await smaller(input.files[0]));
    input.files = files.files;
  } catch (error) {
    console.warn("photo sent as taken:", error.message);
  }
  input.form.requestSubmit();
});
