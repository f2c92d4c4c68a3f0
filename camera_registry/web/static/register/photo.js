// A photo of a mounting place, small and without what the phone writes into it (place, time, maker): drawn anew.

const LONGEST = 1280;
const MOST_BYTES = 480_000;

// The photo as JPEG, at most 1280 pixels on its longer side.
export async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.8, 0.6, 0.4]) {
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (made.size <= MOST_BYTES || quality === 0.4) return made;
  }
}

export async function base64(blob) {
  const values = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let start = 0; start < values.length; start += 8192) text += String.fromCharCode(...values.subarray(start, start + 8192));
  return btoa(text);
}
