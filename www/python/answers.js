// Both sides compared: what a lesson's program has printed, and what the Rust program of the
// exhibit answers, or what a program that is mended would show.

// A sentence about the lines of a console; nothing if there is nothing to compare.
export function compared(asked, lines) {
  const { answer, mended } = asked ?? {};
  if (mended !== undefined) {
    const line = lines.find((line) => new RegExp(mended).test(line));
    return line === undefined ? "It is not mended yet." : `Mended: ${line}`;
  }
  if (answer === undefined) return null;
  return lines.includes(answer)
    ? `Python and Rust answer the same: ${answer}`
    : `Rust answers ${answer}; this program has not printed that line.`;
}
