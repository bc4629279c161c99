//! Every file of the lab that is kept here, from which files at random are made.

use std::path::Path;

use fib_lab::exhibits;
use serde_json::Value;

/// The name of each file, and what stands in it.
pub fn seeds() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = exhibits::cards()
        .map(|card| root.join("src/exhibits").join(card.folder).join("recorded"))
        .chain([root.join("tests/data/schema-1")]);
    let mut files: Vec<(String, Value)> = folders
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a text");
            (path.display().to_string(), serde_json::from_str(&text).expect("JSON"))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files.dedup_by(|a, b| a.0 == b.0);
    files
}
