// New answers come by themselves while the page is in view. <ol data-thread="/my/…/thread/?lines">

const list = document.querySelector("[data-thread]");
let last = "";

async function look() {
  if (document.hidden) return;
  const answer = await fetch(list.dataset.thread).catch(() => null);
  const text = answer?.ok ? await answer.text() : last;
  if (text !== last && last) list.innerHTML = text;
  last = text;
}
if (list) {
  look();
  setInterval(look, 20000);
}
