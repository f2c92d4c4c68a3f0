// "n not sent yet" on every page, where this browser keeps visits that are not sent: nobody forgets them on a phone.

const note = document.getElementById("unsent");
const known = (await indexedDB.databases?.()) ?? [];
if (note && known.some((each) => each.name === "camera-registry")) {
  const kept = await import("/static/register/kept.js");
  const show = async () => {
    const count = (await kept.unsent(note.dataset.owner)).length;
    note.hidden = !count;
    note.querySelector("strong").textContent = note.dataset.words.replace("{n}", count);
  };
  document.addEventListener("visits", show);
  await show();
}
