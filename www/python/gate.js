// A function of a module that waits only when it may. The browser lets a function wait where the
// stack below it was entered for that, and refuses it everywhere else, even if it has nothing to
// wait for; but a module also calls its imports while it starts. So a small module stands between:
// it calls the one that waits once the gate is open, and the plain one before.

const I32 = 0x7f;
const LETTERS = { i: I32, p: I32, e: 0x6f, j: 0x7e, f: 0x7d, d: 0x7c };
const NOTHING = 0x40;
const [TYPES, IMPORTS, FUNCTIONS, EXPORTS, CODE] = [1, 2, 3, 7, 10];
const FUNCTION = 0;
const GLOBAL = 3;

// A number as WebAssembly writes it.
function number(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

const list = (items) => [...number(items.length), ...items.flat()];
const text = (word) => list([...new TextEncoder().encode(word)]);
const section = (id, items) => {
  const body = list(items);
  return [id, ...number(body.length), ...body];
};

// What lies between: `plain` and `waiting` hold functions by the same names, of which `signatures`
// says the result and the parameters, as Emscripten writes them. Opened by `open.value = 1`.
export function gate(signatures, plain, waiting) {
  const names = Object.keys(signatures);
  const result = (name) => signatures[name].slice(0, 1).replace("v", "");
  const parameters = (name) => signatures[name].slice(1);
  const kinds = (letters) => list([...letters].map((letter) => [LETTERS[letter]]));
  const call = (name, at) => [
    ...[...parameters(name)].flatMap((_, parameter) => [0x20, ...number(parameter)]), // local.get
    0x10, ...number(at), // call
  ];
  const imported = (module, name, kind) => [...text(module), ...text(name), ...kind];
  const bodies = names.map((name, at) => {
    const body = [
      0, // no locals
      0x23, 0, // global.get
      0x04, result(name) ? LETTERS[result(name)] : NOTHING, // if
      ...call(name, names.length + at),
      0x05, // else
      ...call(name, at),
      0x0b, 0x0b, // end of if and of the function
    ];
    return [...number(body.length), ...body];
  });
  const bytes = [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(TYPES, names.map((name) => [0x60, ...kinds(parameters(name)), ...kinds(result(name))])),
    ...section(IMPORTS, [
      ...["plain", "waiting"].flatMap((module) => names.map((name, at) => imported(module, name, [FUNCTION, ...number(at)]))),
      imported("gate", "open", [GLOBAL, I32, 1]),
    ]),
    ...section(FUNCTIONS, names.map((_, at) => number(at))),
    ...section(EXPORTS, names.map((name, at) => [...text(name), FUNCTION, ...number(2 * names.length + at)])),
    ...section(CODE, bodies),
  ];
  const open = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const { exports } = new WebAssembly.Instance(module, { plain, waiting, gate: { open } });
  return { open, functions: { ...exports } };
}
