// A file that is too large is refused here, before it is sent: a browser that is cut off while sending shows no reason.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.dataset.most) return;
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const wrong = size > Number(input.dataset.most);
  document.getElementById(input.dataset.wrong).hidden = !wrong;
  if (wrong) input.value = "";
});
