// The lanes of a run: a lane for each process, from its start to its end, with what it did. The
// classes are those of the lab's own timelines, so that the same thing looks the same.

import { element } from "./form.js";

const WIDTH = 720;
const LANE = 22;
const GAP = 8;
const NAMES = 130;
const AXIS = 26;
const SVG = "http://www.w3.org/2000/svg";

const LOOKS = {
  work: { class: "block size-3", words: "computes" },
  idle: { class: "ground-idle", words: "waits" },
  wait: { class: "ground-outside", words: "sleeps, or waits for something outside" },
  lock: { class: "ground-wants", words: "waits for a lock" },
  message: { class: "ground-wants", words: "waits for a message" },
};

function draw(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// A round step that divides a time into a handful of parts.
function step_of(ms) {
  const rough = ms / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

const seconds = (ms) => `${Number((ms / 1000).toPrecision(3))} s`;

export function lanes({ lanes: all, events }, ms) {
  const height = all.length * (LANE + GAP) + AXIS;
  const x = (at) => NAMES + ((WIDTH - NAMES - 10) * at) / ms;
  const y = (worker) => worker * (LANE + GAP);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": spoken(all, ms) });
  const step = step_of(ms);
  for (let at = 0; at <= ms; at += step) {
    svg.append(draw("line", { class: "grid", x1: x(at), x2: x(at), y1: 0, y2: height - AXIS }));
    svg.append(draw("text", { class: "tick", x: x(at), y: height - 8, "text-anchor": "middle" }, seconds(at)));
  }
  all.forEach((lane, worker) => {
    svg.append(draw("text", { class: "lane", x: 0, y: y(worker) + LANE / 2 + 4 }, `${lane.pid} ${lane.name}`.slice(0, 18)));
  });
  for (const event of events) {
    const width = Math.max(x(event.end_ms) - x(event.start_ms), 0.5);
    svg.append(draw("rect", { class: LOOKS[event.kind].class, x: x(event.start_ms), y: y(event.worker), width, height: LANE }));
  }
  const seen = [...new Set(events.map((event) => event.kind))];
  const legend = element("figcaption", {}, `Who did what when: ${all.length} ${all.length === 1 ? "process" : "processes"}, ${seconds(ms)}.`);
  return element("figure", { class: "chart" }, legend, svg, element("p", { class: "legend" }, ...seen.flatMap(key)));
}

function key(kind) {
  const swatch = draw("svg", { viewBox: "0 0 14 14", class: "swatch", "aria-hidden": "true" });
  swatch.append(draw("rect", { class: LOOKS[kind].class, width: 14, height: 14 }));
  return [element("span", { class: "entry" }, swatch, ` ${LOOKS[kind].words}`)];
}

// The picture in words, for those who hear it.
function spoken(all, ms) {
  const lives = all.map(({ pid, name, start_ms, end_ms }) => `${name} (${pid}) from ${seconds(start_ms)} to ${seconds(end_ms ?? ms)}`);
  return `Lanes of ${all.length} processes: ${lives.join("; ")}.`;
}
