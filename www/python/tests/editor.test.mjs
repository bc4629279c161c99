// What the editor marks, and what an address carries.
import assert from "node:assert/strict";
import test from "node:test";

import { compared } from "../answers.js";
import { differences } from "../differences.js";
import { MOST_BYTES, MOST_LETTERS, pack, sentence, unpack } from "../link.js";
import { added, end_of } from "../traceback.js";

const lines = (text) => text.split("").join("\n");
const marked = (was, now) => {
  const { changed, removed, missing } = differences(lines(was), lines(now));
  return [[...changed], [...removed], missing];
};

test("lines that are not the original's are marked", () => {
  assert.deepEqual(marked("abc", "abc"), [[], [], 0]);
  assert.deepEqual(marked("abc", "axc"), [[2], [], 0]);
  assert.deepEqual(marked("abc", "abxyc"), [[3, 4], [], 0]);
  assert.deepEqual(marked("abcd", "ad"), [[], [2], 2]);
  assert.deepEqual(marked("abc", "ab"), [[], [2], 1]); // at the end: the last line that is left
  assert.deepEqual(marked("abcdef", "axcef"), [[2], [4], 1]);
  // More lines than the table holds: what lies between the ends counts as changed.
  const many = Array.from({ length: 2000 }, (_, at) => `line ${at}`);
  const { changed } = differences(many.join("\n"), ["first", ...many.slice(1, -1), "last"].join("\n"));
  assert.equal(changed.size, 2000);
});

const TRACE = `Traceback (most recent call last):
  File "/home/lab/program.py", line 3, in <module>
    f()
    ~^^
  File "/home/lab/program.py", line 7, in f
    x = int("one")
  File "/lib/other.py", line 70, in g
    pass
ValueError: invalid literal
and a second line of it
`;

test("a traceback names the line of the program in which it ended", () => {
  assert.deepEqual(end_of(TRACE, "program.py"), { line: 7, words: "ValueError: invalid literal" });
  assert.deepEqual(end_of(TRACE, "other.py"), { line: 70, words: "ValueError: invalid literal" });
  assert.equal(end_of(TRACE, "third.py"), null);
  // Of several it is the last that ended the program.
  const two = `${TRACE}\nDuring handling of the above exception, another exception occurred:\n
Traceback (most recent call last):
  File "/home/lab/program.py", line 12, in <module>
KeyError: 'two'
`;
  assert.deepEqual(end_of(two, "program.py"), { line: 12, words: "KeyError: 'two'" });
  const syntax = '  File "/home/lab/program.py", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax\n';
  assert.deepEqual(end_of(syntax, "program.py"), { line: 2, words: "SyntaxError: invalid syntax" });
  assert.equal(end_of("nothing of the kind\n", "program.py"), null);
  assert.equal(added("a".repeat(70_000), "b").length, 64 * 1024);
});

const PROGRAM = { files: { "b.txt": "ä → 你", "program.py": "print(6 * 7)\n" }, main: "program.py", words: "24 'a b'", ranks: 3 };

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return sentence(error);
  }
  throw new Error("it was taken");
}

test("an address carries a program whole", async () => {
  const hash = await pack(PROGRAM);
  assert.match(hash, /^#program=[\w-]+$/);
  const { files, words, ranks } = await unpack(hash);
  assert.deepEqual(files, [["program.py", "print(6 * 7)\n"], ["b.txt", "ä → 你"]]);
  assert.deepEqual([words, ranks], ["24 'a b'", 3]);
  assert.equal(await unpack("#kept=3"), null);
});

async function deflated(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `#program=${Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url")}`;
}

test("what is damaged or too large is refused in a sentence", async () => {
  const hash = await pack(PROGRAM);
  for (const damaged of [hash.slice(0, -9), `${hash}%`, "#program=", "#program=abc", `${hash.slice(0, 40)}AAAA${hash.slice(44)}`]) {
    assert.match(await refused(unpack(damaged)), /is damaged/, damaged);
  }
  // A small address that unpacks to much more is given up in the middle.
  assert.match(await refused(unpack(await deflated("x".repeat(8 * MOST_BYTES)))), /larger than 256 KB/);
  assert.match(await refused(unpack(`#program=${"A".repeat(MOST_LETTERS + 1)}`)), /16000 is the most/);
  const noise = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 7919) % 65_521) % 9000)).join("");
  assert.match(await refused(pack({ ...PROGRAM, files: { "program.py": noise } })), /an address can carry 16000/);
  assert.match(await refused(pack({ ...PROGRAM, files: { "program.py": "x".repeat(MOST_BYTES) } })), /save these as files/);
  for (const wrong of [
    "[]", "null", '{"v":2,"files":[["a.py",""]],"words":"","ranks":1}', '{"v":1,"files":[],"words":"","ranks":1}',
    '{"v":1,"files":[["../a.py",""]],"words":"","ranks":1}', '{"v":1,"files":[["a.py",1]],"words":"","ranks":1}',
    '{"v":1,"files":[["a.py",""],["a.py",""]],"words":"","ranks":1}', '{"v":1,"files":[["a.py",""]],"words":"","ranks":"1"}',
  ]) {
    assert.match(await refused(unpack(await deflated(wrong))), /is damaged/, wrong);
  }
});

test("both sides are compared, and what is mended is said", () => {
  assert.equal(compared(null, ["1"]), null);
  assert.equal(compared({}, ["1"]), null);
  assert.match(compared({ answer: "[1, 2]" }, ["a", "[1, 2]"]), /answer the same: \[1, 2\]/);
  assert.match(compared({ answer: "[1, 2]" }, ["[2, 1]"]), /has not printed/);
  assert.equal(compared({ mended: "^ratio (1\\.[5-9]|2)" }, ["ratio 1.02"]), "It is not mended yet.");
  assert.equal(compared({ mended: "^ratio (1\\.[5-9]|2)" }, ["ratio 1.93"]), "Mended: ratio 1.93");
});
