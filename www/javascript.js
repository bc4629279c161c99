// The pool's work in plain JavaScript: a worker that understands the same messages as an
// engine, as far as a pool of processes needs them, so that the conductor can ask either.
const fib = (n) => (n <= 2 ? Math.min(n, 1) : fib(n - 1) + fib(n - 2));
const now = () => performance.timeOrigin + performance.now();

function compute(n, task) {
  const start_ms = now();
  const value = fib(n);
  return { task, value, start_ms, end_ms: now() };
}

addEventListener("message", ({ data }) => {
  if (data.role) return postMessage("ready");
  const start_ms = now();
  const spans = (data.program?.input.tasks ?? []).map(compute);
  const ms = now() - start_ms;
  const lanes = [{ spans, free_ms: now() }];
  postMessage({ output: { start_ms, ms, last_ms: ms, lanes } });
});
