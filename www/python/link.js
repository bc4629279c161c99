// A program in an address: `#program=` and then the files, the words behind them and the ranks as JSON,
// compressed (deflate) and written with the letters of base64url. What an address brings is
// shown, and never run by itself.

export const NAME = "program";
// Longer addresses are cut by programs that pass them on.
export const MOST_LETTERS = 16_000;
// What may come out of them, and how many files.
export const MOST_BYTES = 256 * 1024;
const MOST_FILES = 20;
const VERSION = 1;

const DAMAGED = "The program in the address is damaged: a part of it may have been cut off. Ask for the link again.";

// A sentence for the visitor.
class Refused extends Error {}

async function through(stream, bytes, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new Refused(`The program in the address is larger than ${MOST_BYTES / 1024} KB unpacked, which is the most.`);
    }
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function letters(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// The end of an address that shows this program. Throws a sentence.
export async function pack({ files, main, words, ranks }) {
  const names = [main, ...Object.keys(files).filter((name) => name !== main)];
  const asked = { v: VERSION, files: names.map((name) => [name, files[name]]), words, ranks };
  const bytes = new TextEncoder().encode(JSON.stringify(asked));
  if (bytes.length > MOST_BYTES || names.length > MOST_FILES) {
    throw new Refused(`An address can carry ${MOST_FILES} files and ${MOST_BYTES / 1024} KB; save these as files instead.`);
  }
  const packed = letters(await through(new CompressionStream("deflate-raw"), bytes, MOST_BYTES));
  if (packed.length > MOST_LETTERS) {
    throw new Refused(`Compressed, these files are ${packed.length} letters; an address can carry ${MOST_LETTERS}.`);
  }
  return `#${NAME}=${packed}`;
}

// What an address carries, or null if it carries nothing. Throws a sentence.
export async function unpack(hash) {
  const packed = new RegExp(`^#${NAME}=(.*)$`, "s").exec(hash)?.[1];
  if (packed === undefined) return null;
  if (packed.length > MOST_LETTERS) {
    throw new Refused(`The program in the address has ${packed.length} letters; ${MOST_LETTERS} is the most.`);
  }
  if (!/^[\w-]+$/.test(packed)) throw new Refused(DAMAGED);
  let asked;
  try {
    const text = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const whole = await through(new DecompressionStream("deflate-raw"), bytes, MOST_BYTES);
    asked = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(whole));
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(DAMAGED);
  }
  if (!is_sound(asked)) throw new Refused(DAMAGED);
  return asked;
}

function is_sound(asked) {
  const { v, files, words, ranks } = asked ?? {};
  const is_name = (name) => typeof name === "string" && /^[^/\\\0]{1,100}$/.test(name) && !/^\.\.?$/.test(name);
  const is_file = (file) => Array.isArray(file) && file.length === 2 && is_name(file[0]) && typeof file[1] === "string";
  return v === VERSION && Array.isArray(files) && files.length >= 1 && files.length <= MOST_FILES && files.every(is_file)
    && new Set(files.map(([name]) => name)).size === files.length && typeof words === "string"
    && Number.isInteger(ranks) && ranks >= 1;
}

export const sentence = (error) => (error instanceof Refused ? error.message : DAMAGED);
