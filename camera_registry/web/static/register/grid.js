// The grid of channels: name, area and scope of each, to be filled in with one thumb or with the keyboard alone.
// Enter goes down, Ctrl+D takes what stands above, "fill down" copies to the empty rows below.

const NAMED = ["name", "area", "scope"];

export class Grid {
  constructor(root, template, words) {
    this.root = root;
    this.template = template;
    this.words = words;
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("input", (event) => this.#touched(event));
    root.addEventListener("change", (event) => this.#touched(event));
  }

  // Rows: {index, cells, hint, stream}; what is filled in is read with `rows`.
  show(rows) {
    this.root.replaceChildren(...rows.map((row) => this.#row(row)));
    this.#count();
  }

  // What is filled in: {index, used, cells} of each row.
  rows() {
    return [...this.root.children].map((row) => ({
      index: Number(row.dataset.index),
      used: row.querySelector("[name=used]").checked,
      cells: Object.fromEntries(NAMED.map((name) => [name, row.querySelector(`[name=${name}]`).value.trim()])),
    }));
  }

  // The rows that are used and lack a name or an area; they are marked, and the first has the focus.
  incomplete() {
    const lacking = [...this.root.children].filter((row) => {
      const used = row.querySelector("[name=used]").checked;
      const lacks = ["name", "area"].filter((name) => used && !row.querySelector(`[name=${name}]`).value.trim());
      for (const name of ["name", "area"]) row.querySelector(`[name=${name}]`).classList.toggle("is-invalid", lacks.includes(name));
      return lacks.length;
    });
    lacking[0]?.querySelector(".is-invalid")?.focus();
    return lacking.length;
  }

  // A name for every row that has an area and no name: the area, and a number where there are several.
  nameByArea() {
    const counts = {};
    for (const row of this.root.children) {
      const [name, area] = ["name", "area"].map((each) => row.querySelector(`[name=${each}]`));
      const word = area.selectedOptions[0]?.textContent;
      if (!area.value || !row.querySelector("[name=used]").checked) continue;
      counts[word] = (counts[word] ?? 0) + 1;
      if (!name.value.trim()) name.value = `${word} ${counts[word]}`;
    }
    this.#count();
  }

  mark(index, field, text) {
    const input = this.root.querySelector(`[data-index="${index}"] [name=${field}]`);
    if (!input) return;
    input.classList.add("is-invalid");
    input.closest("[data-index]").querySelector(".wrong").textContent = text;
  }

  #row({ index, cells, used, hint, stream }) {
    const row = this.template.content.cloneNode(true).firstElementChild;
    row.dataset.index = index;
    row.querySelector(".number").textContent = index;
    row.querySelector(".seen").textContent = stream || "";
    for (const name of NAMED) {
      const input = row.querySelector(`[name=${name}]`);
      input.value = cells[name] ?? "";
      input.id = `${name}-${index}`;
      input.setAttribute("aria-label", `${this.words[`field_${name}`]}, ${this.words.channel} ${index}`);
    }
    row.querySelector("[name=name]").placeholder = hint || this.words.field_name;
    const check = row.querySelector("[name=used]");
    check.checked = used;
    check.setAttribute("aria-label", `${this.words.has_camera} ${index}`);
    for (const button of row.querySelectorAll("[data-down]")) {
      button.setAttribute("aria-label", `${this.words.fill_down}: ${this.words[`field_${button.dataset.down}`]}, ${this.words.channel} ${index}`);
    }
    row.classList.toggle("unused", !used);
    return row;
  }

  #key(event) {
    const name = event.target.name;
    if (!NAMED.includes(name)) return;
    const row = event.target.closest("[data-index]");
    if (event.key === "Enter") {
      event.preventDefault();
      row.nextElementSibling?.querySelector(`[name=${name}]`).focus();
    } else if (event.key.toLowerCase() === "d" && event.ctrlKey) {
      event.preventDefault();
      const above = row.previousElementSibling?.querySelector(`[name=${name}]`);
      if (above) event.target.value = above.value;
      this.#count();
    }
  }

  #click(event) {
    const button = event.target.closest("[data-down]");
    if (!button) return;
    const name = button.dataset.down;
    const row = button.closest("[data-index]");
    const value = row.querySelector(`[name=${name}]`).value;
    for (let below = row.nextElementSibling; below; below = below.nextElementSibling) {
      const input = below.querySelector(`[name=${name}]`);
      if (!input.value) input.value = value;
    }
    this.#count();
  }

  #touched(event) {
    event.target.classList.remove("is-invalid");
    const row = event.target.closest("[data-index]");
    if (event.target.name === "used") row.classList.toggle("unused", !event.target.checked);
    if (event.target.name === "name" && event.target.value) {
      row.querySelector("[name=used]").checked = true;
      row.classList.remove("unused");
    }
    row.querySelector(".wrong").textContent = "";
    this.#count();
  }

  #count() {
    const rows = this.rows().filter((row) => row.used);
    const done = rows.filter((row) => row.cells.name && row.cells.area).length;
    this.root.dispatchEvent(new CustomEvent("counted", { bubbles: true, detail: { done, of: rows.length } }));
  }
}
