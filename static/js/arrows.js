// Arrow keys walk from link to link of table[data-arrows]: left and right along the row, up and down to the link that
// stands nearest in the row above or below. Tab goes on as ever.

const middle = (element) => {
  const box = element.getBoundingClientRect();
  return box.left + box.width / 2;
};

function target(link, key) {
  const row = link.closest("tr");
  const links = [...row.querySelectorAll("td a")];
  if (key === "ArrowLeft" || key === "ArrowRight") return links[links.indexOf(link) + (key === "ArrowLeft" ? -1 : 1)];
  const other = key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  const near = [...(other?.querySelectorAll("td a") ?? [])];
  return near.sort((one, two) => Math.abs(middle(one) - middle(link)) - Math.abs(middle(two) - middle(link)))[0];
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("table[data-arrows] td a");
  if (!link || !event.key.startsWith("Arrow")) return;
  const next = target(link, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
