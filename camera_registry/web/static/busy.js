// A form that takes long says so as soon as it is sent, and is not sent twice. Going back finds it as it was.
const busy = document.querySelectorAll("[data-busy]");

function wait(button, waiting) {
  const said = document.getElementById(button.dataset.busy);
  said.textContent = waiting ? said.dataset.words : "";
  button.disabled = waiting;
}

for (const button of busy) button.form.addEventListener("submit", () => wait(button, true));
addEventListener("pageshow", () => busy.forEach((button) => wait(button, false)));
