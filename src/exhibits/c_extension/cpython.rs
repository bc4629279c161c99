//! The Python program and the extension in C beside the lesson gives the answers of the lab.

use std::process::Command;

use fib_lab::fib;
use fib_lab::host::python::with_headers;

use crate::python;

#[test]
fn the_cpython_extension_gives_both_threads_the_same_digest() {
    let printed = python("c_extension", &[]);
    let answer = fib::iterative(22);
    assert_eq!(printed[0], format!("{answer} {answer}"));
    let digests: Vec<_> = printed[1].split(' ').collect();
    assert_eq!(digests, ["8f64ef62163af950"; 2]);
}

/// Two threads call the extension at once, while the first thread of the program goes on: under
/// a lock that is not released it could not count while one of them computes.
const CALLS: &str = "\
import sys, time
from threading import Thread
sys.path.insert(0, sys.argv[1])
import extension
print([extension.fib(n) for n in range(1, 26)])
answers = []
threads = [Thread(target=lambda: answers.append(extension.fib(43))) for _ in range(2)]
for thread in threads:
    thread.start()
laps = 0
while any(thread.is_alive() for thread in threads):
    laps += 1
    time.sleep(0.001)
print(*answers)
print(laps > 3)
";

#[test]
#[ignore = "needs Python's headers: cargo lab test installs them where it may"]
fn the_extension_needs_pythons_headers_and_gives_the_answers_of_the_lab() {
    let python = with_headers().expect("Python.h is there");
    let folder = std::env::temp_dir().join(format!("fib-lab-extension-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-I"]).arg(&python.include);
    if cfg!(target_os = "macos") {
        cc.args(["-undefined", "dynamic_lookup"]);
    }
    cc.arg(crate::project().join("src/exhibits/c_extension/extension.c"));
    let compiled = cc.arg("-o").arg(folder.join("extension.so")).status().unwrap();
    assert!(compiled.success());
    let output = Command::new(&python.program).args(["-c", CALLS]).arg(&folder).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout);
    let few: Vec<u64> = (1..=25).map(fib::iterative).collect();
    let large = fib::iterative(43);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines, [format!("{few:?}"), format!("{large} {large}"), "True".to_owned()]);
}
