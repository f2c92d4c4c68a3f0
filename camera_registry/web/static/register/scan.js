// Scanning a label with the phone's camera, or from a photo of it: the text of the first code that can be read.
// The browser's own reader where there is one (no iPhone has it), else the one of the package. Pictures stay here.

const READER = "/static/vendor/zxing.min.js";
const FORMATS = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13"];
const EVERY_MS = 250;

// Reads codes until `found` returns true for one, or `stop` is called. Raises where there is no camera, or no leave.
export async function scanLive(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  await video.play();
  let going = true;
  const stop = () => {
    going = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  (async () => {
    const read = await reader();
    while (going) {
      const text = video.videoWidth ? await read(drawn(video, video.videoWidth, video.videoHeight)) : null;
      if (going && text && found(text)) stop();
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  })();
  return stop;
}

// The text of the code in a photo; null when there is none that can be read.
export async function scanPhoto(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  const read = await reader();
  return read(drawn(picture, Math.round(picture.width * scale), Math.round(picture.height * scale)));
}

export function hasCamera() {
  return Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, width, height);
  return canvas;
}

async function reader() {
  if ("BarcodeDetector" in window) {
    const known = await window.BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((format) => known.includes(format));
    if (formats.length) {
      const detector = new window.BarcodeDetector({ formats });
      return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? null;
    }
  }
  await loaded();
  const { ZXing } = window;
  const readers = [ZXing.QRCodeReader, ZXing.DataMatrixReader, ZXing.Code128Reader, ZXing.Code39Reader].map((each) => new each());
  const hints = new Map([[ZXing.DecodeHintType.TRY_HARDER, true]]);
  return async (canvas) => {
    const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(new ZXing.HTMLCanvasElementLuminanceSource(canvas)));
    for (const each of readers) {
      try {
        return each.decode(bitmap, hints).getText();
      } catch (error) {
        if (!(error instanceof ZXing.Exception)) throw error; // it found none: the next may
      }
    }
    return null;
  };
}

function loaded() {
  if (window.ZXing) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = READER;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}
