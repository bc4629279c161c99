//! The quiz: answered before and after, judged only then, and in a file only if the visitor wants.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::notebook::quiz::{QUESTIONS, Question};
use serde_json::{Value, json};

use super::visit::{Visit, main_page, site};

/// Opens the quiz, and waits until it can be answered, or is over.
async fn open(visit: &Visit) -> Result<()> {
    visit.open("quiz.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    visit.script("document.querySelector('[data-quiz] input').focus()").await?;
    visit.until("document.querySelector('[data-quiz] .stage').textContent").await
}

/// Chooses an answer to each question, and hands them in.
async fn answer(visit: &Visit, answer: fn(&Question) -> &'static str) -> Result<()> {
    for question in &QUESTIONS {
        let input = format!("input[name={}][value={}]", question.id, answer(question));
        visit.script(&format!("document.querySelector({input:?}).click()")).await?;
    }
    hand_in(visit).await
}

async fn hand_in(visit: &Visit) -> Result<()> {
    visit.script("document.querySelector('[data-quiz] .go button').click()").await.map(drop)
}

/// The text that is saved as JSON below the figure.
async fn saved(visit: &Visit) -> Result<Value> {
    let save = "self.saved = undefined;
        URL.createObjectURL = blob => { blob.text().then(text => self.saved = text); return '#'; };
        document.querySelector('main [data-save=json]').click()";
    visit.script(save).await?;
    visit.until("self.saved").await?;
    let text = visit.script("return self.saved").await?;
    serde_json::from_str(text.as_str().unwrap_or_default()).context("no report was saved")
}

pub async fn the_quiz_is_answered_before_and_after(settings: Settings) -> Result<()> {
    let visit = Visit::new(settings, site(true)?).await?;
    open(&visit).await?;
    let answers = "return [...document.querySelectorAll('.answer')]
        .filter(it => it.checkVisibility()).length";
    ensure!(visit.script(answers).await? == 0, "the answers stand below the questions");
    hand_in(&visit).await?;
    let refused = visit.text("[data-quiz] .error").await?;
    ensure!(refused.starts_with("Question 1 has no answer yet"), "{refused}");
    answer(&visit, |question| question.options[0]).await?;
    // Nothing is judged, and the first answers are not there to be copied.
    visit.until("document.querySelector('[data-in-files]')").await?;
    let between = visit.content("[data-quiz] .compared").await?;
    ensure!(!between.contains("right"), "{between}");
    ensure!(visit.script(answers).await? == 0, "the answers stand there between");
    open(&visit).await?;
    let chosen = "return document.querySelectorAll('[data-quiz] :checked').length";
    ensure!(visit.script(chosen).await? == 0, "the first answers can be copied");
    answer(&visit, |question| question.right).await?;
    let before = QUESTIONS.iter().filter(|one| one.options[0] == one.right).count();
    let told = format!("Before the lesson {before} of 6 were right, after it 6.");
    visit
        .until(&format!("document.querySelector('.compared').textContent.includes('{told}')"))
        .await?;
    ensure!(visit.script(answers).await? == 6, "the answers are not shown");
    // It is in no file by itself, and in every file once that is wanted.
    visit.short_run().await?;
    ensure!(saved(&visit).await?["quiz"].is_null(), "it is in a file that nobody asked for");
    open(&visit).await?;
    visit.script("document.querySelector('[data-in-files]').click()").await?;
    visit.open(&main_page("?tasks=27,26&workers=2&seconds=1&run=1")).await?;
    visit.done().await?;
    let report = saved(&visit).await?;
    ensure!(report["quiz"].as_array().is_some_and(|all| all.len() == 12), "{}", report["quiz"]);
    // The page for a class counts it.
    visit.open("class.html").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let drop = "
        const data = new DataTransfer();
        data.items.add(new File([JSON.stringify(arguments[0])], 'one.json'));
        const init = { dataTransfer: data, bubbles: true, cancelable: true };
        document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', init))";
    visit.browser.driver()?.execute(drop, vec![report]).await?;
    visit.until("document.querySelector('.classes').textContent.includes('The quiz')").await?;
    let rows = "return [...document.querySelectorAll('.classes > .table tbody tr')]
        .map(row => [...row.cells].slice(1).map(cell => cell.textContent).join(' / '))";
    let rows = visit.script(rows).await?;
    let first = rows.as_array().and_then(|rows| Some((rows.len(), rows.first()?.clone())));
    let right = if QUESTIONS[0].options[0] == QUESTIONS[0].right { 1 } else { 0 };
    ensure!(first == Some((6, json!(format!("{right} of 1 / 1 of 1")))), "{rows}");
    visit.browser.close().await
}
