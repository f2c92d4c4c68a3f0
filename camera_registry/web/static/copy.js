// Copies the text of a field. A browser has a clipboard for pages behind HTTPS only; without one, or where it is refused,
// the text is marked and copied the old way, and when that fails too it stays marked for the person to copy.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const name = button.dataset.copy;
  const done = await copied(document.getElementById(name));
  document.getElementById(`${name}-said`).textContent = done ? button.dataset.copied : button.dataset.byHand;
});
