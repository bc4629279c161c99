//! The playground: hears what is dragged and what is pressed, and keeps board, controls and
//! address saying the same.
//!
//! Who has the schedule is the board; the controls of the figure beside it have its text, so that
//! Run and an address that is shared describe what is seen.

use std::cell::RefCell;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use super::notes::Notes;
use super::pressed_alone::pressed_alone;
use crate::exhibits::{self, Front};
use crate::page::controls::glance;
use crate::page::dom::{
    self, elements, find, listen, set_attribute, set_markup, set_text, set_value, window,
};
use crate::page::exercises;
use crate::page::remember::{of_page, remember};
use crate::params::RunSpec;
use crate::picture::playground::{self, Board, PUZZLES, Puzzle, Way, drop_at};
use crate::picture::shell::control_id;
use crate::theory::schedule::Assignment;

/// What moves less than so many pixels was not dragged.
const LEAST_DRAG: f64 = 4.0;
/// What a board is taken to measure before anything is known of its place.
const DEFAULT_WIDTH: f64 = 640.0;

/// A block that is being dragged.
struct Drag {
    task: usize,
    /// Where it was taken.
    from: (f64, f64),
    /// How many units of the drawing a pixel of the screen is.
    scale: f64,
}

/// The playground of the page; it lives as long as the page.
struct Seat {
    place: Element,
    front: &'static Front,
    notes: &'static Notes,
    board: RefCell<Board>,
    drag: RefCell<Option<Drag>>,
}

/// Draws the board into its place, and hears what is done there.
pub fn mount(place: Element, notes: &'static Notes) {
    let name = place.get_attribute("data-playground").unwrap_or_default();
    let Some(front) = exhibits::front(&name) else { return };
    // Who opened it by keyboard goes on from the first block.
    let asked_for =
        dom::document().active_element().is_some_and(|focused| place.contains(Some(&focused)));
    place.set_inner_html(&playground::shell().into_string());
    let board = RefCell::new(Board::new(&[], 1, ""));
    let seat: &'static Seat =
        Box::leak(Box::new(Seat { place, front, notes, board, drag: RefCell::new(None) }));
    for name in ["click", "keydown", "pointerdown", "pointermove", "pointerup", "pointercancel"] {
        listen(&seat.place, name, |event| seat.hear(&event));
    }
    listen(&dom::document(), "change", |event| seat.hear_controls(&event));
    listen(&window(), "resize", |_| seat.fit());
    let asked = of_page("puzzle").and_then(|puzzle| puzzle.parse::<usize>().ok());
    match asked.and_then(|at| PUZZLES.get(at.checked_sub(1)?)) {
        Some(puzzle) if !seat.read().is_of(puzzle) => seat.set_puzzle(puzzle),
        _ => {}
    }
    // Nothing was done here yet that could be taken back.
    *seat.board.borrow_mut() = seat.read();
    seat.draw(asked_for.then_some(0), "");
}

impl Seat {
    /// The control of one of the figure's parameters.
    fn control(&self, name: &str) -> Option<Element> {
        let id = control_id(self.front, self.front.parameter(name)?);
        dom::document().get_element_by_id(&id)
    }

    fn set_control(&self, name: &str, text: &str) {
        if let Some(control) = self.control(name) {
            set_value(&control, text);
        }
    }

    /// The board that the controls describe.
    fn read(&self) -> Board {
        let spec: RunSpec = glance(self.front);
        Board::new(spec.list("tasks"), spec.whole("workers"), spec.name("lanes"))
    }

    /// Puts a puzzle's list into the controls, and a fresh board beside them.
    fn set_puzzle(&self, puzzle: &Puzzle) {
        let tasks: Vec<String> = puzzle.tasks.iter().map(u32::to_string).collect();
        self.set_control("tasks", &tasks.join(","));
        self.set_control("workers", &puzzle.lanes.to_string());
        self.set_control("lanes", "");
        self.follow();
    }

    /// The puzzle on the board, with its number.
    fn puzzle(&self) -> Option<(usize, &'static Puzzle)> {
        let board = self.board.borrow();
        let mut numbered = PUZZLES.iter().enumerate();
        numbered.find(|(_, puzzle)| board.is_of(puzzle)).map(|(at, puzzle)| (at + 1, puzzle))
    }

    fn hear_controls(&self, event: &Event) {
        let Some(target) = target(event) else { return };
        if target.id() == "playground-which" {
            let chosen = dom::value(&target).and_then(|value| value.parse::<usize>().ok());
            if let Some(puzzle) = chosen.and_then(|at| PUZZLES.get(at.checked_sub(1)?)) {
                self.set_puzzle(puzzle);
                self.changed(None, puzzle.asked);
            }
        } else if ["tasks", "workers", "lanes"]
            .into_iter()
            .any(|name| self.control(name).as_ref() == Some(&target))
        {
            self.follow();
            self.changed(None, "");
        }
    }

    /// The board that the controls describe by now takes the place of the one before, which can be
    /// taken back. No list, or nonsense, describes none.
    fn follow(&self) {
        let read = self.read();
        if !read.tasks().is_empty() {
            self.board.borrow_mut().follow(read);
        }
    }

    fn hear(&self, event: &Event) {
        let Some(target) = target(event) else { return };
        let task = target.closest("[data-task]").ok().flatten();
        let number = task.as_ref().and_then(|task| task.get_attribute("data-task")?.parse().ok());
        match (event.type_().as_str(), number) {
            ("click", _) => {
                let button = target.closest("[data-play]").ok().flatten();
                let act = button.and_then(|button| button.get_attribute("data-play"));
                self.act(act.as_deref().unwrap_or_default());
            }
            ("keydown", Some(task)) => {
                if let Some(way) = way(event) {
                    event.prevent_default();
                    let said = self.board.borrow_mut().send(task, way);
                    self.changed(Some(task), &said);
                }
            }
            ("pointerdown", Some(number)) => self.take(event, number, task.as_ref()),
            ("pointermove", _) => self.drag(event),
            ("pointerup", _) => self.drop(event),
            ("pointercancel", _) => {
                *self.drag.borrow_mut() = None;
                self.fit();
            }
            _ => {}
        }
    }

    /// Does what a button stands for.
    fn act(&self, act: &str) {
        let mut board = self.board.borrow_mut();
        let said = match act {
            "undo" => board.undo(),
            "clear" => board.clear(),
            "in-order" => board.fill(Assignment::InOrder),
            "longest-first" => board.fill(Assignment::LongestFirst),
            "run" => {
                drop(board);
                return self.run();
            }
            _ => return,
        };
        drop(board);
        if act == "undo" {
            self.set_list();
        }
        self.changed(None, &said);
    }

    /// Puts the list and the number of lanes of the board into the controls.
    fn set_list(&self) {
        let board = self.board.borrow();
        let tasks: Vec<String> = board.tasks().iter().map(u32::to_string).collect();
        self.set_control("tasks", &tasks.join(","));
        self.set_control("workers", &board.lanes().count().to_string());
    }

    /// Runs exactly this schedule: by the figure's own Run.
    fn run(&self) {
        let figure = format!("[data-exhibit={}]", self.front.name);
        let Some(button) = dom::find_in_document(&figure).and_then(|figure| find(&figure, ".run"))
        else {
            return;
        };
        button.scroll_into_view();
        button.click();
    }

    /// Takes a block, to drag it.
    fn take(&self, event: &Event, task: usize, block: Option<&Element>) {
        let (Some(block), Some(svg)) = (block, find_svg(&self.place)) else { return };
        // A mouse has more buttons than the one that drags.
        if field(event, "button").unwrap_or(0.0) != 0.0 {
            return;
        }
        let (_, _, shown_width) = bounds(&svg);
        let scale = self.width() / shown_width.max(1.0);
        *self.drag.borrow_mut() = Some(Drag { task, from: point(event), scale });
        // Moves are heard from now on wherever the pointer is.
        if let (Ok(capture), Some(id)) =
            (Reflect::get(block, &"setPointerCapture".into()), field(event, "pointerId"))
            && let Some(capture) = capture.dyn_ref::<js_sys::Function>()
        {
            let _ = capture.call1(block, &JsValue::from(id));
        }
    }

    fn drag(&self, event: &Event) {
        let drag = self.drag.borrow();
        let Some(drag) = drag.as_ref() else { return };
        let (x, y) = point(event);
        let (dx, dy) = ((x - drag.from.0) * drag.scale, (y - drag.from.1) * drag.scale);
        let block = format!("[data-task=\"{}\"]", drag.task);
        let moved = format!("translate({dx:.1} {dy:.1})");
        set_svg(&self.place, &block, "transform", Some(&moved));
        set_svg(&self.place, &block, "class", Some("task dragged"));
    }

    fn drop(&self, event: &Event) {
        let Some(drag) = self.drag.borrow_mut().take() else { return };
        let Some(svg) = find_svg(&self.place) else { return };
        let ((x, y), (left, top, _)) = (point(event), bounds(&svg));
        let moved = (x - drag.from.0).abs().max((y - drag.from.1).abs());
        if moved < LEAST_DRAG {
            return self.draw(Some(drag.task), "");
        }
        let at = ((x - left) * drag.scale, (y - top) * drag.scale);
        let mut board = self.board.borrow_mut();
        let (lane, place) = drop_at(&board, self.width(), drag.task, at);
        let said = board.put(drag.task, lane, place);
        drop(board);
        self.changed(Some(drag.task), &said);
    }

    /// Says everywhere what the board says by now: in the controls, in the address, and to the
    /// puzzle, if it is one. `task` is the block that has the keyboard.
    fn changed(&self, task: Option<usize>, said: &str) {
        let puzzle = self.puzzle();
        self.set_control("lanes", &self.board.borrow().lanes().to_string());
        self.set_control("puzzle", &puzzle.map_or(0, |(at, _)| at).to_string());
        remember(self.front, &glance(self.front));
        let best = self.board.borrow().is_best();
        let mut words = said.to_owned();
        if let Some((at, puzzle)) = puzzle.filter(|_| best) {
            words = format!("{said} Solved: {}", puzzle.taught);
            let lanes = self.board.borrow().lanes().to_string();
            self.notes.solve(
                &format!("{}/puzzle-{at}", self.front.name),
                format!("Your schedule {lanes} is the best there is. {}", puzzle.taught),
            );
            exercises::draw(&self.notes.progress());
        }
        self.draw(task, words.trim());
    }

    fn width(&self) -> f64 {
        let width =
            find(&self.place, ".board").map_or(0.0, |board| f64::from(board.client_width()));
        if width > 0.0 { width } else { DEFAULT_WIDTH }
    }

    /// Draws the board anew, as wide as its place by now. What was said of it stands, and so does
    /// the keyboard.
    fn fit(&self) {
        let focused = dom::document().active_element();
        let task = focused.and_then(|block| block.get_attribute("data-task")?.parse().ok());
        self.draw_board(task);
    }

    fn draw_board(&self, task: Option<usize>) {
        let board = playground::board(&self.board.borrow(), self.width());
        set_markup(&self.place, ".board", board);
        // What was drawn anew has lost the keyboard.
        if let Some(block) = task.and_then(|task| find_block(&self.place, task))
            && let Ok(focus) = Reflect::get(&block, &"focus".into())
            && let Some(focus) = focus.dyn_ref::<js_sys::Function>()
        {
            let _ = focus.call0(&block);
        }
    }

    fn draw(&self, task: Option<usize>, said: &str) {
        let board = self.board.borrow();
        set_markup(&self.place, ".facts", playground::facts(&board));
        set_text(&self.place, ".said", said);
        let undo = (!board.can_undo()).then_some("true");
        set_attribute(&self.place, "[data-play=undo]", "aria-disabled", undo);
        drop(board);
        let (number, asked) = self.puzzle().map_or((0, ""), |(at, puzzle)| (at, puzzle.asked));
        set_text(&self.place, ".asked", asked);
        if let Some(which) = find(&self.place, "#playground-which") {
            set_value(&which, &number.to_string());
        }
        self.draw_board(task);
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn find_svg(place: &Element) -> Option<Element> {
    elements(place.query_selector_all("svg.lanes")).next()
}

fn find_block(place: &Element, task: usize) -> Option<Element> {
    elements(place.query_selector_all(&format!("[data-task=\"{task}\"]"))).next()
}

/// Sets an attribute of a part of the drawing.
fn set_svg(place: &Element, css: &str, name: &str, value: Option<&str>) {
    if let (Some(part), Some(value)) = (elements(place.query_selector_all(css)).next(), value) {
        // Names that are written here are valid.
        let _ = part.set_attribute(name, value);
    }
}

/// A number that an event carries.
fn field(event: &Event, name: &str) -> Option<f64> {
    Reflect::get(event, &name.into()).ok()?.as_f64()
}

/// Where the pointer is, in the window.
fn point(event: &Event) -> (f64, f64) {
    let at = |name| field(event, name).unwrap_or_default();
    (at("clientX"), at("clientY"))
}

/// Where a part of the page begins in the window, and how wide it is there.
fn bounds(element: &Element) -> (f64, f64, f64) {
    let bounds = element.get_bounding_client_rect();
    (bounds.left(), bounds.top(), bounds.width())
}

/// Where a key sends a block.
fn way(event: &Event) -> Option<Way> {
    match pressed_alone(event)?.as_str() {
        "ArrowUp" => Some(Way::Up),
        "ArrowDown" => Some(Way::Down),
        "ArrowLeft" => Some(Way::Earlier),
        "ArrowRight" => Some(Way::Later),
        digit => match digit.parse::<usize>() {
            Ok(lane @ 1..=9) => Some(Way::Lane(lane - 1)),
            _ => None,
        },
    }
}
