// How long a file may keep one waiting. A host, or something between, can fall silent without
// breaking the line: then nothing says so but a clock.

export const PATIENCE_MS = 20_000;

// Does `late` unless what is returned is called in time.
export function unless(late) {
  const timer = setTimeout(late, PATIENCE_MS);
  return () => clearTimeout(timer);
}

// What the promise brings, or an error that names what has not come.
export async function in_time(name, promise) {
  let came;
  const silence = new Promise((_, reject) => {
    came = unless(() => reject(new Error(`${name} has not come for ${PATIENCE_MS / 1000} s`)));
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    came();
  }
}
