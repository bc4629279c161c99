//! What a first visit to a page transfers, whichever page it is.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::Site;

/// What a first visit to any page may transfer as gzip, in bytes: what GitHub Pages sends, and
/// a fifth more than hosts that offer brotli.
pub const MOST_GZIP: usize = 170_000;

/// A file that a first view asked for, and its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its path in the site.
    pub path: String,
    /// Its size as brotli, in bytes.
    pub brotli: usize,
    /// Its size as gzip, in bytes.
    pub gzip: usize,
}

/// The files that a visit to a page of this site has asked for, once it asks for no
/// more, the largest first. The page is `ready` before that.
pub async fn first_view(site: &Site) -> Result<Vec<Part>> {
    let asked = || site.asked.lock().map(|paths| paths.clone()).unwrap_or_default();
    let mut paths = asked();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = asked();
        if now.len() == paths.len() {
            break;
        }
        paths = now;
    }
    let paths: BTreeSet<String> = paths.into_iter().collect();
    let mut parts = Vec::new();
    for path in paths {
        let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
        let Ok(content) = std::fs::read(site.folder.join(name)) else { continue };
        parts.push(Part { brotli: brotli(&content)?, gzip: gzip(&content)?.len(), path });
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.gzip));
    Ok(parts)
}

/// The size of all of these, in bytes: as brotli and as gzip.
pub fn total(parts: &[Part]) -> (usize, usize) {
    let sum = |size: fn(&Part) -> usize| parts.iter().map(size).sum();
    (sum(|part| part.brotli), sum(|part| part.gzip))
}

/// Copies a site and lays beside every file what a host sends to browsers that take gzip.
pub fn copy_compressed(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_compressed(&entry.path(), &target)?;
            continue;
        }
        let content = std::fs::read(entry.path())?;
        let mut name = target.clone().into_os_string();
        name.push(".gz");
        std::fs::write(name, gzip(&content)?)?;
        std::fs::write(target, content)?;
    }
    Ok(())
}

/// The size at the highest level, as a host has it that compresses once.
fn brotli(content: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut encoded, &parameters)?;
    Ok(encoded.len())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
