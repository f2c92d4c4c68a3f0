// The grid of channels with the keyboard: Enter goes to the row below, and a button fills a column down from the row
// that was chosen last. Without this file the grid is a form like any other.
(function () {
  "use strict";
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const rows = () => [...grid.querySelectorAll("tbody tr")];
  const at = (row, column) => row.querySelector(`td[data-column="${column}"] input, td[data-column="${column}"] select`);
  const columnOf = (field) => field.closest("td[data-column]")?.dataset.column;
  let chosen = 0;

  grid.querySelector(".fill-down").hidden = false;
  grid.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody tr");
    if (row) chosen = rows().indexOf(row);
  });
  grid.addEventListener("keydown", (event) => {
    const column = event.key === "Enter" && !event.ctrlKey && !event.isComposing && columnOf(event.target);
    if (!column) return;
    event.preventDefault();
    const below = rows()[rows().indexOf(event.target.closest("tr")) + (event.shiftKey ? -1 : 1)];
    const field = below && at(below, column);
    if (field) {
      field.focus();
      if (field.select) field.select();
    }
  });
  grid.addEventListener("click", (event) => {
    const column = event.target.closest("[data-fill]")?.dataset.fill;
    if (!column) return;
    const filled = rows().filter((row) => !row.classList.contains("new-row"));
    const first = Math.min(chosen, filled.length - 1);
    if (first < 0) return;
    const value = at(filled[first], column).value;
    filled.slice(first + 1).forEach((row, step) => {
      const field = at(row, column);
      field.value = column === "name" ? counted(value, step + 1) : value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  // Names of a site are never twice the same: the number at the end goes on, or begins with 2.
  function counted(name, step) {
    const found = /^(.*?)(\d+)$/.exec(name);
    if (!found) return name ? `${name} ${step + 1}` : "";
    return found[1] + String(Number(found[2]) + step).padStart(found[2].length, "0");
  }
})();
