//! Files at random that are nearly right: real ones, with something in them changed.

use fastrand::Rng;
use serde_json::{Map, Number, Value, json};

/// Numbers that no run measures.
const NUMBERS: [f64; 16] = [
    -1.0,
    0.0,
    -0.0,
    0.5,
    65.0,
    1e11,
    -1e11,
    1e300,
    -1e300,
    1e-300,
    f64::MAX,
    4_294_967_295.0,
    4_294_967_296.0,
    9_007_199_254_740_992.0,
    -9_007_199_254_740_993.0,
    18_446_744_073_709_551_615.0,
];

const TEXTS: [&str; 12] = [
    "",
    "=1+1",
    "\"'><script>alert(1)</script>",
    "\u{202e}\u{0}\u{1F9EE}ü",
    "2026-11-22T10:00:00.000Z",
    "serial",
    "threads",
    "a-run",
    "held-0.25",
    "1e999",
    "-1",
    "P0P1P2",
];

/// A number, whole where it is.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1.9e19 {
        return match number < 0.0 {
            true => json!(number as i64),
            false => json!(number as u64),
        };
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A value that does not belong where it is put.
fn hostile(rng: &mut Rng) -> Value {
    match rng.u32(0..10) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(TEXTS[rng.usize(0..TEXTS.len())]),
        3 => json!("<&\"".repeat(rng.usize(0..3_000))),
        4 => json!([]),
        5 => json!({}),
        6 => (0..rng.u32(1..40)).fold(Value::Null, |inner, _| json!([inner])),
        7 => number(f64::from(rng.u32(..))),
        _ => number(NUMBERS[rng.usize(0..NUMBERS.len())]),
    }
}

/// How many values there are, itself and all within it.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// The so many-th of all values, itself first.
fn nth(value: &mut Value, at: usize) -> &mut Value {
    if at == 0 {
        return value;
    }
    let mut left = at - 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    for inner in inner {
        let own = size(inner);
        if left < own {
            return nth(inner, left);
        }
        left -= own;
    }
    unreachable!("there are as many values as were counted")
}

/// One value at random, more often one of the first levels than by chance.
fn somewhere<'v>(json: &'v mut Value, rng: &mut Rng) -> &'v mut Value {
    let keys: Vec<String> =
        json.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    if rng.bool() && !keys.is_empty() {
        let inner = &mut json[&keys[rng.usize(0..keys.len())]];
        let all = size(inner);
        return nth(inner, rng.usize(0..all));
    }
    let all = size(json);
    nth(json, rng.usize(0..all))
}

/// The same in every number of a value.
fn every_number(value: &mut Value, with: &Value, rng: &mut Rng) {
    match value {
        Value::Number(_) if rng.u32(0..3) > 0 => *value = with.clone(),
        Value::Array(items) => items.iter_mut().for_each(|item| every_number(item, with, rng)),
        Value::Object(fields) => fields.values_mut().for_each(|one| every_number(one, with, rng)),
        _ => {}
    }
}

fn rename(fields: &mut Map<String, Value>, rng: &mut Rng) {
    let keys: Vec<String> = fields.keys().cloned().collect();
    if keys.is_empty() {
        return;
    }
    let key = &keys[rng.usize(0..keys.len())];
    if let Some(value) = fields.remove(key)
        && rng.bool()
    {
        fields.insert(TEXTS[rng.usize(0..TEXTS.len())].to_owned(), value);
    }
}

/// Changes something.
fn change(json: &mut Value, other: &Value, rng: &mut Rng) {
    let place = somewhere(json, rng);
    match (rng.u32(0..8), place) {
        (0, Value::Object(fields)) => rename(fields, rng),
        (1, Value::Array(items)) => {
            let most = if rng.u32(0..8) == 0 { 60_000 } else { 120 };
            let many = rng.usize(0..most).min(200_000 / size(&json!(items)).max(1) * items.len());
            *items = items.iter().cycle().take(many).cloned().collect();
        }
        (2, Value::Array(items)) => rng.shuffle(items),
        (3, place) => {
            let mut other = other.clone();
            *place = somewhere(&mut other, rng).clone();
        }
        (4, place) => {
            let with = number(NUMBERS[rng.usize(0..NUMBERS.len())]);
            every_number(place, &with, rng);
        }
        // Near enough to be taken.
        (5 | 6, Value::Number(old)) => {
            let factor = [-1.0, 0.0, 2.0, 1e3, 1e6, 1e-6][rng.usize(0..6)];
            let old = old.as_f64().unwrap_or_default();
            *old_place(json, rng) = number(old * factor);
        }
        (_, place) => *place = hostile(rng),
    }
}

/// Another number of the same file.
fn old_place<'v>(json: &'v mut Value, rng: &mut Rng) -> &'v mut Value {
    let all = size(json);
    let start = rng.usize(0..all);
    let at = (0..all).map(|step| (start + step) % all).find(|&at| nth(json, at).is_number());
    nth(json, at.unwrap_or_default())
}

/// Damages a text.
fn damage(text: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    match rng.u32(0..3) {
        0 => letters.truncate(rng.usize(0..=letters.len())),
        1 => {
            let at = rng.usize(0..=letters.len());
            let inserted = ["[", "{\"a\":", "\"", "\\", "1e999", ",", "\u{0}"][rng.usize(0..7)];
            let inserted = inserted.repeat(rng.usize(1..30_000));
            letters.splice(at..at, inserted.chars());
        }
        _ => {
            for _ in 0..rng.usize(1..9) {
                let at = rng.usize(0..letters.len());
                letters[at] = char::from(rng.u8(32..127));
            }
        }
    }
    letters.into_iter().collect()
}

/// A file that is nearly one of these.
pub fn file(seeds: &[Value], rng: &mut Rng) -> String {
    let mut json = seeds[rng.usize(0..seeds.len())].clone();
    // Few changes oftener than many: a file with many is seldom taken, and tries no picture.
    let changes = rng.u32(1..5).min(rng.u32(1..5));
    for _ in 0..changes {
        let other = &seeds[rng.usize(0..seeds.len())];
        change(&mut json, other, rng);
    }
    if rng.u32(0..10) == 0 {
        let other = seeds[rng.usize(0..seeds.len())].clone();
        json = json!([json, other, json]);
    }
    let text = json.to_string();
    if rng.u32(0..12) == 0 { damage(&text, rng) } else { text }
}
