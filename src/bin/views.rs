//! The views: what draws reports and keeps the notebook. The page loads them when there is a
//! report to be seen; `src/page/viewer.rs` is its side of the link. Names are those of
//! exhibits whose figure is on the page; reports and files go through as the browser has them.

#[cfg(target_arch = "wasm32")]
mod exports {
    use fib_lab::page::views;
    use js_sys::Function;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::{Element, File, HtmlInputElement};

    /// Draws a report that was just measured, and takes it into the notebook. Throws a
    /// sentence if it cannot be understood.
    #[wasm_bindgen]
    pub fn show(name: &str, report: JsValue) -> Result<JsValue, JsValue> {
        views::show(name, report).map_err(JsValue::from)
    }

    /// Loads and draws the recorded run, unless there is another report by then; `false` if it
    /// cannot be had.
    #[wasm_bindgen]
    pub async fn show_recorded(name: String, recording: String) -> bool {
        views::show_recorded(&name, &recording).await
    }

    /// Draws a run that the notebook has kept, and returns its report, if there is one.
    #[wasm_bindgen]
    pub fn show_kept(name: &str, id: &str) -> JsValue {
        views::show_kept(name, id)
    }

    /// Draws the report in the chosen file and returns it, or throws a sentence.
    #[wasm_bindgen]
    pub async fn open(name: String, input: HtmlInputElement) -> Result<JsValue, JsValue> {
        views::open(&name, &input).await.map_err(JsValue::from)
    }

    /// Fills the notebook of the page, and keeps it up to date.
    #[wasm_bindgen]
    pub fn notebook() {
        views::notebook();
    }

    /// Takes the reports in the chosen file into the notebook.
    #[wasm_bindgen]
    pub fn open_in_notebook(input: HtmlInputElement) {
        views::open_in_notebook(input);
    }

    /// Takes the files of a class, and shows all of its runs together.
    #[wasm_bindgen]
    pub fn open_class(files: Vec<File>) {
        views::open_class(files);
    }

    /// Lets the visitor be the scheduler, in this place.
    #[wasm_bindgen]
    pub fn stepper(place: Element) {
        views::stepper(place);
    }

    /// Lets the visitor fill the lanes of a schedule, in this place.
    #[wasm_bindgen]
    pub fn playground(place: Element) {
        views::playground(place);
    }

    /// Hears what the visitor answers in the quiz, in this place.
    #[wasm_bindgen]
    pub fn quiz(place: Element) {
        views::quiz(place);
    }

    /// Lists the guesses of this visit, wherever the page has a place for them.
    #[wasm_bindgen]
    pub fn guesses() {
        views::guesses();
    }

    /// Says how another page frames the figure of this name, set as this address says.
    #[wasm_bindgen]
    pub fn embed(name: &str, address: &str) {
        views::embed(name, address);
    }

    /// The order of the arms in every block of a comparison in CPython.
    #[wasm_bindgen]
    pub fn cpython_orders(seed: u32) -> JsValue {
        views::cpython_orders(seed)
    }

    /// What a comparison in CPython says: its report, its markup, and what became of it in the
    /// notebook. Throws a sentence if it cannot have been measured.
    #[wasm_bindgen]
    pub fn cpython_outcome(measured: JsValue) -> Result<JsValue, JsValue> {
        views::cpython_outcome(measured).map_err(JsValue::from)
    }

    /// Runs the serial program on the page's own thread and returns its report, nothing if
    /// `is_stopped` says so meanwhile; throws a sentence if it is refused.
    #[wasm_bindgen]
    pub async fn run_serially(
        order: JsValue,
        say: Function,
        is_stopped: Function,
    ) -> Result<JsValue, JsValue> {
        views::run_serially(order, &say, &is_stopped).await.map_err(JsValue::from)
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    fib_lab::page::views::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The views run in a browser. To see them: cargo lab serve");
    std::process::exit(2);
}
