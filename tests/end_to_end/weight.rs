//! What a first visit transfers.

use anyhow::{Result, ensure};
use fib_lab::host::browser::Settings;
use fib_lab::host::transfer_size::{MOST, first_view, total};

use super::visit::{Visit, site};

pub async fn the_first_view_is_small(settings: Settings) -> Result<()> {
    let site = site(true)?;
    let visit = Visit::new(settings, site.clone()).await?;
    visit.open("").await?;
    visit.browser.wait_for(&["ready"]).await?;
    let parts = first_view(&site).await?;
    ensure!(parts.iter().any(|part| part.path.ends_with(".wasm")), "no program: {parts:?}");
    let (brotli, gzip) = total(&parts);
    ensure!(brotli < gzip, "{brotli} bytes as brotli, and {gzip} as gzip");
    ensure!(brotli <= MOST, "{brotli} bytes as brotli, but at most {MOST}: {parts:#?}");
    visit.browser.close().await
}
