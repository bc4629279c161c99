//! What else lies in the repository: line ends, workflows, and what is installed with what.

use std::fs;
use std::path::Path;

use super::files;

fn text(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The jobs of a workflow: the name of each, and its lines.
fn jobs(workflow: &str) -> Vec<(&str, Vec<&str>)> {
    let mut jobs: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in workflow.lines().skip_while(|line| *line != "jobs:").skip(1) {
        let inner = line.strip_prefix("  ").unwrap_or_default();
        match inner.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            Some(name) => jobs.push((name, Vec::new())),
            None => jobs.last_mut().expect("a job").1.push(inner.trim()),
        }
    }
    jobs
}

#[test]
fn lines_end_the_same_on_every_system() {
    let all = text(".gitattributes");
    assert!(all.lines().any(|line| line == "* text=auto eol=lf"), "{all}");
    for (name, text) in files("src", &[".rs", ".html", ".py"]) {
        assert!(!text.contains('\r'), "src/{name}");
    }
}

#[test]
fn an_action_of_others_is_named_by_its_commit() {
    for (name, workflow) in files(".github/workflows", &[".yml"]) {
        let uses = workflow.lines().filter_map(|line| line.split_once("uses: "));
        let others = uses.map(|(_, action)| action).filter(|action| !action.starts_with("./"));
        let mut count = 0;
        for action in others {
            count += 1;
            let commit = action.split_once('@').expect("a version").1;
            let commit = commit.split(' ').next().unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_commit, "{name}: {action}");
        }
        assert!(count > 0, "{name} checks nothing out");
    }
}

#[test]
fn only_what_publishes_may_publish_and_it_runs_nothing_else() {
    for (name, workflow) in files(".github/workflows", &[".yml"]) {
        let jobs = jobs(&workflow);
        assert!(!jobs.is_empty(), "{name}");
        // What a job does not name it gets from the workflow, or from a setting that nobody sees.
        assert!(workflow.lines().any(|line| line.starts_with("permissions:")), "{name}");
        for (job, lines) in jobs {
            let runs = lines.iter().any(|line| line.contains("run: ") || line.contains("checkout"));
            let writes = lines.iter().any(|line| line.ends_with(": write"));
            assert!(!(runs && writes), "{name}: {job} compiles with the right to write");
        }
    }
}

#[test]
fn nothing_is_published_before_the_tests_have_passed() {
    let pages = text(".github/workflows/pages.yml");
    let jobs = jobs(&pages);
    let lines = |name: &str| {
        let found = jobs.iter().find(|(job, _)| *job == name);
        found.unwrap_or_else(|| panic!("no job {name}")).1.as_slice()
    };
    assert!(lines("publish").contains(&"needs: build"));
    assert!(lines("build").contains(&"needs: tests"));
    assert!(lines("tests").contains(&"uses: ./.github/workflows/tests.yml"));
    // And what they run is the command of the README.
    assert!(text(".github/workflows/tests.yml").contains("- run: .ci/run"));
    assert!(text(".ci/run").contains("cargo lab test"));
}

#[test]
fn what_comes_from_npm_comes_as_its_lock_file_says() {
    let packages = files("src/host/npm", &["package.json"]);
    assert!(packages.len() >= 3);
    for (name, package) in packages {
        let lock = name.replace("package.json", "package-lock.json");
        let lock = text(&format!("src/host/npm/{lock}"));
        assert!(lock.contains("\"integrity\": \"sha512-"), "{name}");
        assert!(!package.contains('^') && !package.contains('~'), "{name} leaves a version open");
    }
}
