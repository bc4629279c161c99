// Which lines of a text are not those of another: by the longest common subsequence of lines.

// A table of more cells than this would be felt while typing; then what lies between the common
// beginning and the common end counts as changed.
const MOST_CELLS = 1_000_000;

// Lines of `now`, from 1: those that are new or changed, and those in front of which lines of
// `was` are left out without anything in their place. `missing` counts the latter.
export function differences(was, now) {
  const [old, fresh] = [was.split("\n"), now.split("\n")];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const a = old.slice(start, old.length - end);
  const b = fresh.slice(start, fresh.length - end);
  const changed = new Set();
  const removed = new Set();
  let missing = 0;
  // Between two common lines: what is there now, and what was.
  const between = (i, j, i_end, j_end) => {
    for (let line = j; line < j_end; line += 1) changed.add(start + line + 1);
    if (j === j_end && i < i_end) {
      removed.add(Math.min(start + j + 1, fresh.length));
      missing += i_end - i;
    }
  };
  let [i, j] = [0, 0];
  for (const [next_i, next_j] of common(a, b)) {
    between(i, j, next_i, next_j);
    [i, j] = [next_i + 1, next_j + 1];
  }
  between(i, j, a.length, b.length);
  return { changed, removed, missing };
}

// The places of the longest common subsequence in both.
function common(a, b) {
  if (a.length * b.length > MOST_CELLS) return [];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      longest[at] = a[i] === b[j] ? longest[at + width + 1] + 1 : Math.max(longest[at + width], longest[at + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}
