// Signals to an interpreter: one number in a word that Python looks at between bytecodes, shared
// with the kernel where there is shared memory. A Ctrl+C is never lost, and nothing writes over it.

export const SIGINT = 2;

// The word, before there is a number in it.
export const word = (is_shared) => new Uint8Array(is_shared ? new SharedArrayBuffer(1) : 1);

// Another number waits until it is heard; Ctrl+C comes before all others.
export function send(signals, number) {
  if (number === SIGINT) Atomics.store(signals, 0, SIGINT);
  else Atomics.compareExchange(signals, 0, 0, number);
}

// Whether there was a Ctrl+C, once.
export const take = (signals) => Atomics.compareExchange(signals, 0, SIGINT, 0) === SIGINT;

// What Python takes for its array of signals. It reads the number and then writes 0, in two steps:
// a number that came in between would be lost. So no more is cleared than what it has read.
export function heard_by_python(signals) {
  let read = 0;
  return {
    get 0() {
      return (read = Atomics.load(signals, 0));
    },
    set 0(cleared) {
      Atomics.compareExchange(signals, 0, read, cleared);
    },
  };
}
