//! What a run leaves: figures that add up, a prediction that is kept, files, a replay.

use anyhow::{Context, Result, ensure};
use fib_lab::exhibits;
use fib_lab::host::browser::Settings;
use fib_lab::report::SCHEMA;
use serde_json::{Value, json};
use thirtyfour::{By, Key};

use super::visit::{Visit, main_page, number, site, values};

pub async fn the_figures_of_a_run_add_up(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=38,37,36,35,34,33&workers=2&run=1")).await?;
    let report = visit.done().await?;
    let events = report["trace"].as_array().context("no trace")?;
    let lost = &report["lost_time"];
    let end_ms = events.iter().filter_map(|e| e["end_ms"].as_f64()).fold(0.0, f64::max);
    let mut lanes_ms = 0.0;
    for worker in 0..2 {
        let lane: Vec<_> = events.iter().filter(|event| event["worker"] == worker).collect();
        for pair in lane.windows(2) {
            ensure!(
                number(&pair[0]["end_ms"])? <= number(&pair[1]["start_ms"])? + 0.01,
                "{pair:?}"
            );
        }
        for event in lane {
            lanes_ms += number(&event["end_ms"])? - number(&event["start_ms"])?;
        }
    }
    // The lanes of the timeline are all of p·Tp but what nothing explains.
    let blocks = report["blocks"].as_array().map_or(0, Vec::len);
    for part in ["work_inflation", "idle", "overhead", "residual"] {
        let share = &lost[part];
        ensure!(number(&share["low"])? <= number(&share["median"])?, "{part}: {share}");
        ensure!(number(&share["median"])? <= number(&share["high"])?, "{part}: {share}");
        ensure!(share["blocks"] == blocks, "{part} of {blocks} blocks: {share}");
    }
    let residual = &lost["residual"];
    let most = number(&residual["low"])?.abs().max(number(&residual["high"])?.abs());
    let unexplained = (2.0 * end_ms - lanes_ms).abs() / (2.0 * end_ms);
    ensure!(unexplained <= most + 0.01, "{unexplained} of all the time, residual {residual}");

    let tracing =
        report["series"].as_array().into_iter().flatten().find(|s| s["name"] == "tracing");
    let tracing_ms = number(&tracing.context("no cost of tracing")?["samples"][0])?;
    ensure!(tracing_ms <= 1e-3 * end_ms, "tracing took {tracing_ms} ms of {end_ms} ms");
    ensure!(number(&report["environment"]["clock_alignment_us"])? > 0.0);
    // Fewer blocks allow no verdict, and nothing is said of what it could have been.
    let smallest = report["smallest_difference"].as_f64();
    ensure!(smallest.is_some() == (blocks >= 6), "{smallest:?} of {blocks} blocks");
    ensure!(smallest.is_none_or(|smallest| smallest >= 1.01), "{smallest:?}");
    let engines = report["environment"]["build"]["engines"].as_str().unwrap_or_default();
    ensure!(engines.len() == 16, "the engines have no fingerprint: {engines}");
    ensure!((number(&report["ideal"]["speedup"])? - 2.0).abs() < 1e-9);
    ensure!(number(&report["ideal"]["makespan_calls"])? == 96_631_265.0);
    let efficiency = number(&report["capacity_efficiency"]["median"])?;
    ensure!(efficiency > 0.2 && efficiency < 2.0, "{efficiency}");
    ensure!(visit.text("main .why").await?.len() > 30);
    visit.browser.close().await
}

pub async fn every_assignment_gives_the_same_answers(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for runtime in ["threads", "processes"] {
        for assignment in ["in-order", "chunks", "blocks", "cyclic", "longest-first", "halving"] {
            visit
                .open(&main_page(&format!(
                    "?tasks=24,25,26,27,5&workers=2&seconds=1&chunk=2&assignment={assignment}\
                     &runtime={runtime}&run=1"
                )))
                .await?;
            let report = visit.done().await?;
            let right = ["46368", "75025", "121393", "196418", "5"];
            ensure!(values(&report) == right, "{assignment}: {report}");
            ensure!(report["spec"]["runtime"] == runtime);
            ensure!(report["ideal"]["schedule"].as_array().is_some_and(|slots| slots.len() == 5));
        }
    }
    visit.browser.close().await
}

pub async fn a_prediction_is_kept_and_scored(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.set("tasks", "30,29,28").await?;
    visit.set("workers", "2").await?;
    visit.set("prediction", "many").await?;
    visit.press("run").await?;
    let sentence = visit.text("main [role=alert]").await?;
    ensure!(sentence.contains("allowed is a number above 0"), "{sentence}");
    visit.set("prediction", "17,5").await?;
    visit.press("run").await?;
    let report = visit.done().await?;
    ensure!(report["prediction"] == json!({ "value": 17.5, "unit": "speed-up" }), "{report}");
    let score = visit.text("main .score").await?;
    ensure!(score.contains("17.5") && score.contains("above the measured median"), "{score}");
    ensure!(
        visit.script("return document.querySelectorAll('main .row-prediction').length").await? == 1
    );
    // At the end of a visit it stands in the list of all guesses.
    visit.open("notebook.html").await?;
    visit.until("document.querySelector('[data-guesses] li')").await?;
    let listed = visit.content("[data-guesses]").await?;
    ensure!(listed.contains("guessed 17.5×, measured") && listed.contains("too high"), "{listed}");
    let summary = visit.content(".predictions").await?;
    ensure!(summary.starts_with("0 of 1 prediction was right."), "{summary}");
    visit.browser.close().await
}

pub async fn a_saved_report_opens_as_it_was(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let headline = visit.text("main .headline").await?;
    visit
        .script(
            "URL.createObjectURL = blob => { blob.text().then(t => self.saved = t); return '#'; }",
        )
        .await?;
    let mut saved = Vec::new();
    for ending in ["json", "csv", "trace.json"] {
        visit.script("self.saved = undefined").await?;
        let button = format!("main [data-save='{ending}']");
        visit.browser.driver()?.find(By::Css(button)).await?.click().await?;
        visit.until("self.saved").await?;
        saved
            .push(visit.script("return self.saved").await?.as_str().unwrap_or_default().to_owned());
    }
    // Whose file it is stands in it as soon as somebody types it, and not any more afterwards.
    ensure!(saved.iter().all(|file| !file.contains("visitor")), "{}", saved[0]);
    for (name, part) in [("Ada", "\"visitor\":{\"name\":\"Ada\"}"), ("", "\"schema\"")] {
        let typed = format!(
            "const field = document.querySelector('main [data-visitor=name]');
             field.value = '{name}';
             field.dispatchEvent(new Event('change', {{ bubbles: true }}));
             self.saved = undefined;
             document.querySelector('main [data-save=json]').click()"
        );
        visit.script(&typed).await?;
        visit.until("self.saved").await?;
        let file = visit.script("return self.saved").await?;
        let file = file.as_str().unwrap_or_default();
        ensure!(file.contains(part) && file.contains("visitor") != name.is_empty(), "{file}");
    }
    // In the style of another country, and so again the next time.
    visit
        .script(
            "const style = document.querySelector('main [data-sheet-style]');
             style.value = 'comma';
             style.dispatchEvent(new Event('change', { bubbles: true }));
             self.saved = undefined;
             URL.revokeObjectURL = () => { self.revoked = true };
             document.querySelector('main [data-save=csv]').click()",
        )
        .await?;
    visit.until("self.saved").await?;
    let comma = visit.script("return self.saved").await?;
    let comma = comma.as_str().unwrap_or_default();
    ensure!(comma.replace(',', ".").replace(';', ",") == saved[1], "{comma}");
    ensure!(comma.contains(';'), "{comma}");
    // Safari fetches what is saved only after the task that has clicked.
    ensure!(visit.script("return self.revoked ?? false").await? == false);
    let mut report: Value = serde_json::from_str(&saved[0])?;
    let blocks = report["blocks"].as_array().map_or(0, Vec::len);
    let series = report["series"].as_array().into_iter().flatten();
    let samples = series.filter_map(|series| series["samples"].as_array()).map(Vec::len);
    let rows = 5 * blocks + samples.sum::<usize>();
    ensure!(saved[1].lines().count() == 1 + rows, "{}", saved[1]);
    let trace: Value = serde_json::from_str(&saved[2])?;
    ensure!(trace["traceEvents"][0]["ph"] == "X", "{trace}");

    report["a field of the future"] = json!(1);
    let folder = tempfile::tempdir()?;
    let open = async |name: &str, content: &str| -> Result<()> {
        let file = folder.path().join(name);
        std::fs::write(&file, content)?;
        let input = visit.browser.driver()?.find(By::Css("main input[id$=-open]")).await?;
        Ok(input.send_keys(file.to_string_lossy()).await?)
    };
    open("report.json", &report.to_string()).await?;
    visit.until("document.querySelector('main .outcome .origin')").await?;
    ensure!(visit.text("main .outcome .origin").await?.starts_with("Imported from a file"));
    ensure!(visit.text("main .headline").await? == headline);

    report["schema"] = json!(SCHEMA + 1);
    let newer = report.to_string();
    let old = include_str!("../data/schema-1/pool-map.json");
    let huge = "x".repeat(17 << 20);
    let hostile = [
        ("newer.json", newer.as_str(), "newer lab"),
        ("truncated.json", &saved[0][..saved[0].len() / 2], "not a report"),
        ("text.json", "<script>alert(1)</script>", "not a report"),
        ("list.json", "[1,2,3]", "not a report"),
        ("other.json", "{\"schema\":1,\"exhibit\":\"nothing\"}", "no exhibit of this page"),
        ("huge.json", &huge, "at most 16 MiB"),
    ];
    for (name, content, part) in hostile {
        open(name, content).await?;
        let said =
            format!("document.querySelector('main [role=alert]')?.textContent.includes('{part}')");
        visit.until(&said).await.with_context(|| name.to_owned())?;
        ensure!(visit.text("main .headline").await? == headline, "{name} took the figure away");
    }
    // And what the lab wrote in 2026 opens as it did.
    open("old.json", old).await?;
    visit
        .until(
            "document.querySelector('main .outcome .origin')?.textContent.includes('2026-11-22')",
        )
        .await?;
    visit.short_run().await?;
    let style = "return document.querySelector('main [data-sheet-style]').value";
    ensure!(visit.script(style).await? == "comma", "the choice is forgotten");
    visit.browser.close().await
}

pub async fn a_file_that_is_opened_while_a_run_is_on_leaves_it(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=27,26,25&workers=2&seconds=4&run=1")).await?;
    visit.browser.wait_for(&["running"]).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("wrong.json");
    std::fs::write(&file, "[".repeat(20_000))?;
    let open = async || -> Result<()> {
        let input = visit.browser.driver()?.find(By::Css("main input[id$=-open]")).await?;
        Ok(input.send_keys(file.to_string_lossy()).await?)
    };
    let says = |part: &str| {
        format!("document.querySelector('main [role=alert]')?.textContent.includes('{part}')")
    };
    open().await?;
    visit.until(&says("A run is on.")).await?;
    visit.done().await?;
    ensure!(!visit.text("main .headline").await?.is_empty());
    open().await?;
    visit.until(&says("nested too deep")).await?;
    visit.browser.close().await
}

pub async fn a_recorded_run_is_covered_until_the_visitor_wants_to_see_it(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("")).await?;
    visit.browser.wait_for(&["ready"]).await?;
    let shown = "return [...document.querySelectorAll('main .headline, main .why')]
        .filter(it => it.checkVisibility()).length";
    ensure!(visit.script(shown).await? == 0, "the outcome shows before any guess");
    let asked = "return performance.getEntriesByType('resource')
        .filter(entry => entry.name.includes('/recorded/')).length";
    ensure!(visit.script(asked).await? == 0, "a first visit pays for a run that nobody sees");
    let origin = visit.recorded("main").await?;
    ensure!(origin.starts_with("A recorded run, not yours: 20"), "{origin}");
    ensure!(visit.script(shown).await? == 2);
    let focus = "return document.activeElement.matches('.shown')";
    ensure!(visit.script(focus).await? == true, "the keyboard was lost with the button");
    // It stays open for the visit, on this page; others have covers of their own.
    visit.open(&main_page("")).await?;
    visit.until("document.querySelector('main .outcome .origin')").await?;
    let others = exhibits::FRONTS
        .iter()
        .map(|front| front.page())
        .find(|page| *page != exhibits::MAIN.page());
    visit.open(&format!("{}.html", others.context("one exhibit only")?)).await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.until("document.querySelector('.exhibit .cover')").await?;
    visit.browser.close().await
}

pub async fn whoever_has_guessed_and_run_may_look(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    for (guess, covered) in [("", true), ("1.5", false)] {
        visit.open(&main_page("?tasks=27,26&workers=2&seconds=1")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        visit.set("prediction", guess).await?;
        visit.press("run").await?;
        visit.done().await?;
        visit.open(&main_page("")).await?;
        visit.browser.wait_for(&["ready"]).await?;
        visit.script("document.querySelector('main .exhibit').scrollIntoView()").await?;
        let css = if covered { ".cover" } else { ".outcome .origin" };
        visit.until(&format!("document.querySelector('main {css}')")).await?;
    }
    visit.browser.close().await
}

pub async fn one_picture_is_open_and_folds_stay_as_they_were_left(
    settings: Settings,
) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let open = "return [...document.querySelectorAll('main .chart > div > svg')]
        .filter(it => it.checkVisibility()).length";
    ensure!(visit.script(open).await? == 1, "one picture");
    visit.script("document.querySelector('.fold[data-fold=samples] > summary').click()").await?;
    visit.until("/samples/.test(localStorage['fib-lab/open'])").await?;
    ensure!(visit.script(open).await? == 2, "and the one that was unfolded");
    visit.short_run().await?;
    let folds = "return [...document.querySelectorAll('.fold[open]')].map(it => it.dataset.fold)";
    ensure!(visit.script(folds).await? == json!(["samples"]));
    // What was folded away is drawn at the width that it has by then.
    let fits =
        "document.querySelector('.fold[data-fold=samples] svg').getBoundingClientRect().width
        === document.querySelector('.fold[data-fold=samples] [data-drawing]').clientWidth";
    visit.until(fits).await?;
    visit.browser.close().await
}

pub async fn the_replay_goes_by_keyboard(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.short_run().await?;
    let driver = visit.browser.driver()?;
    let forward = driver.find(By::Css("main .replay button[aria-label^='On']")).await?;
    forward.focus().await?;
    forward.send_keys(Key::Enter + "").await?;
    forward.send_keys(Key::Enter + "").await?;
    let first = visit.text("main .moment").await?;
    ensure!(first.starts_with("At ") && first.contains("computes fib("), "{first}");
    ensure!(visit.script("return document.querySelectorAll('main .cursor').length").await? == 1);
    let slider = driver.find(By::Css("main input[id$=-moment]")).await?;
    slider.send_keys(Key::End + "").await?;
    visit
        .until("document.querySelector('main .moment').textContent.includes('all is done')")
        .await?;
    let play = driver.find(By::Css("main .replay .play")).await?;
    play.send_keys(Key::Enter + "").await?;
    visit.until("document.querySelector('main .replay .play').textContent === 'Pause'").await?;
    play.send_keys(Key::Enter + "").await?;
    visit
        .until("document.querySelector('main .replay .play').textContent === 'Play slowly'")
        .await?;
    visit.browser.close().await
}

pub async fn no_replay_takes_a_core_from_a_run(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    visit.open(&main_page("?tasks=36,35&workers=2&seconds=4&run=1")).await?;
    visit.done().await?;
    let press = "document.querySelector('main .replay .play').click()";
    visit.script(press).await?;
    visit.until("document.querySelector('main .replay .play').textContent === 'Pause'").await?;
    // The next run halts what plays, and nothing plays until it is over.
    visit.press("run").await?;
    let play = "document.querySelector('main .replay .play')?.textContent";
    visit.until(&format!("{play} === 'Play slowly'")).await?;
    visit.script(press).await?;
    visit
        .until("document.querySelector('main .moment').textContent.startsWith('A run is on')")
        .await?;
    ensure!(visit.content("main .replay .play").await? == "Play slowly");
    visit.done().await?;
    visit.script(press).await?;
    visit.until(&format!("{play} === 'Pause'")).await?;
    visit.browser.close().await
}
