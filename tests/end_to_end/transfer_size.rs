//! What a first visit transfers, to each page.

use anyhow::{Context, Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::transfer_size::{MOST_GZIP, first_view, total};

use super::visit::{Visit, every_page, site};

pub async fn a_first_visit_to_any_page_is_small(settings: Settings) -> Result<()> {
    for page in every_page()? {
        // A new browser each time: what it has kept is not transferred.
        let site = site(true)?;
        let visit = Visit::new(settings, site.clone()).await?;
        visit.open(&page).await?;
        visit.browser.wait_for(&["ready"]).await?;
        let parts = first_view(&site).await?;
        // What is only read needs no program.
        let is_read = ["all.html", "licences.html"].contains(&page.as_str());
        let program = parts.iter().any(|part| part.path.ends_with(".wasm"));
        ensure!(program != is_read, "{page}: {parts:?}");
        let (brotli, gzip) = total(&parts);
        ensure!(brotli < gzip, "{page}: {brotli} bytes as brotli, and {gzip} as gzip");
        ensure!(gzip <= MOST_GZIP, "{page}: {gzip} bytes, but at most {MOST_GZIP}: {parts:#?}");
        visit.browser.close().await.with_context(|| page)?;
    }
    Ok(())
}
