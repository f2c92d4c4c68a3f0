// The photo of a reply leaves this device small and without what the phone writes into it.

import { small } from "/static/register/photo.js";

const field = document.querySelector("input[data-small]");
field?.addEventListener("change", async () => {
  const file = field.files[0];
  if (!file) return;
  const made = await small(file);
  const kept = new DataTransfer();
  kept.items.add(new File([made], "photo.jpg", { type: "image/jpeg" }));
  field.files = kept.files;
});
