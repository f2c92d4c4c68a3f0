// The page of the wizard: its words, its parts by their ids, and small things to put on it.



export const root = document.getElementById("wizard");
export const { owner, lang } = root.dataset;
export const W = JSON.parse(document.getElementById("words").dataset.words);
export const el = (id) => document.getElementById(id);
export const say = (key, values = {}) => W[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

export function button(style, done) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = style;
  made.addEventListener("click", done);
  return made;
}

export function labelled(text, style, done, type = "button") {
  const made = button(style, done ?? (() => {}));
  made.type = type;
  made.textContent = text;
  return made;
}

export function bold(text) {
  return Object.assign(document.createElement("strong"), { textContent: text });
}

export function badge(text) {
  return Object.assign(document.createElement("span"), { className: "badge bg-yellow-lt ms-2", textContent: text });
}

export function block(text, style = "") {
  return Object.assign(document.createElement("div"), { className: style, textContent: text });
}

export function anchor(text, href) {
  return Object.assign(document.createElement("a"), { textContent: text, href });
}

export function kindWord(code) {
  return [...el("f-kind").options].find((option) => option.value === code)?.textContent ?? code;
}

// A cell as a person reads it: the words of lists in place of their codes.
export function shown(field, text) {
  const select = document.querySelector(`select[data-field="${field}"]`) ?? el("grid-row").content.querySelector(`select[name="${field}"]`);
  return [...(select?.options ?? [])].find((option) => option.value === text && text)?.textContent ?? text;
}
