// Labels of devices: the text of a QR or bar code in, make, model, serial number and MAC out; null when there is none.
//
// Strategy: only what is known to identify a device is kept. A label may also hold a secret (the verification code of
// Hikvision and EZVIZ, the security code of Dahua and Imou): whatever is not recognised is dropped here, in the browser,
// and is neither shown nor sent.

const MAC = /(?:^|[^0-9A-Fa-f])([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{12})(?![0-9A-Fa-f])/;
const MODEL = /^(?:I?DS|DH|DHI|IPC|NVR|XVR|HCVR|DVR|TVI|CS|HAC|PTZ|SD|UNV|VCR|TC|QNV|XNV|M\d|P\d)[A-Z0-9]*[-/][A-Z0-9()./_-]{2,40}$/i;
const MAKES = [
  [/^(?:I?DS-)/i, "Hikvision"],
  [/^(?:DHI?-)/i, "Dahua"],
  [/^(?:CS-)/i, "EZVIZ"],
];

export function readLabel(text) {
  const found = pairs(text) ?? lines(text);
  if (!found) return null;
  const kept = Object.fromEntries(Object.entries(found).filter(([, value]) => value));
  const make = kept.make ?? MAKES.find(([shape]) => shape.test(kept.model ?? ""))?.[1];
  return Object.keys(kept).length ? { ...kept, ...(make ? { make } : {}) } : null;
}

// Dahua and Imou: {SN:…,DT:…,SC:…,NC:…}; SC is the security code.
function pairs(text) {
  if (!/^\s*\{.*\}\s*$/s.test(text)) return null;
  const said = {};
  for (const part of text.replace(/^\s*\{|\}\s*$/g, "").split(",")) {
    const [name, ...rest] = part.split(":");
    said[name.replace(/["\s]/g, "").toUpperCase()] = rest.join(":").replace(/["\s]/g, "");
  }
  return { serial: serial(said.SN), model: model(said.DT), mac: mac(said.MAC ?? "") };
}

// Others: parts on lines of their own (Hikvision and EZVIZ: address or name of the maker, serial number, verification
// code, model), or one bar code.
function lines(text) {
  const parts = text.split(/[\r\n;|]+/).map((part) => part.trim()).filter(Boolean);
  const maker = parts.find((part) => /hik|ezviz/i.test(part));
  const told = { mac: mac(text), model: parts.map(model).find(Boolean) };
  const marked = /(?:S\/?N|SERIAL(?:\s*NO\.?)?)\s*[:=]?\s*([A-Z0-9-]{6,32})/i.exec(text)?.[1];
  const alone = parts.length === 1 && !told.mac && !told.model ? serial(parts[0]) : undefined;
  const second = maker ? parts.filter((part) => part !== maker).map(hikSerial).find(Boolean) : undefined;
  told.serial = marked ? serial(marked) : (second ?? alone);
  if (maker) told.make = /ezviz/i.test(maker) ? "EZVIZ" : "Hikvision";
  return told.mac || told.model || told.serial ? told : null;
}

function model(text) {
  return text && MODEL.test(text) ? text : undefined;
}

// A serial number has four digits at least; a verification code is six letters, which this never is.
function serial(text) {
  return text && /^[A-Z0-9-]{7,40}$/i.test(text) && text.replace(/\D/g, "").length >= 4 ? text : undefined;
}

function hikSerial(text) {
  return /^[A-Z]{0,2}\d{8,9}$/i.test(text) || /^(?:I?DS-).{10,}\d{9,}/i.test(text) ? text : undefined;
}

function mac(text) {
  const found = MAC.exec(text)?.[1].replace(/[:-]/g, "").toLowerCase();
  return found && !/^0+$/.test(found) ? found.match(/../g).join(":") : undefined;
}
