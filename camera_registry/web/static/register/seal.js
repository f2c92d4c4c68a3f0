// Sealing a password to the server: ECDH on P-256 with a pair of our own, HKDF-SHA256, AES-256-GCM. Only the registry
// opens it, and for this visit alone. See camera_registry/sealing.py.

export const canSeal = () => Boolean(window.isSecureContext && window.crypto?.subtle);

export async function seal(text, key, bound) {
  const subtle = window.crypto.subtle;
  const theirs = bytes(key.point);
  const public_ = await subtle.importKey("raw", theirs, { name: "ECDH", namedCurve: "P-256" }, false, []);
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const ours = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const shared = await subtle.deriveBits({ name: "ECDH", public: public_ }, pair.privateKey, 256);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const salt = new Uint8Array([...ours, ...theirs]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(bound) };
  const cipher = await subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = window.crypto.getRandomValues(new Uint8Array(12));
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, cipher, new TextEncoder().encode(text));
  return { key: key.number, point: text64(ours), nonce: text64(nonce), cipher: text64(new Uint8Array(sealed)) };
}

function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

function text64(values) {
  return btoa(String.fromCharCode(...values));
}
