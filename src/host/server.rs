//! A web server for built pages, as real hosts are: with the isolation headers or
//! without, at the root or below a path, and, for tests, with things going wrong.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tower_http::services::ServeDir;

use super::headers::{CONTENT_POLICY, ISOLATION};

/// What a test makes go wrong with a response.
#[derive(Clone, Debug)]
pub enum Mishap {
    /// The file is not there.
    Missing,
    /// Only this many bytes of it arrive.
    Truncated(usize),
    /// No answer ever comes.
    Silence,
    /// Something else arrives in its place.
    Replaced(Bytes),
    /// It arrives as something that it is not.
    WrongType,
    /// It arrives evenly over this many seconds.
    Slow(u32),
    /// A page that asks who one is arrives in its place, as if all were well.
    LogIn,
}

/// What stands in the place of a file for those who have not logged in.
const LOG_IN: &str = "<!doctype html><html lang=\"en\"><title>Log in</title>\
    <form><label>Name <input></label><button>Log in</button></form>";
/// In so many pieces a slow file arrives.
const PIECES: usize = 20;

/// A folder and how it is served.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The folder.
    pub folder: PathBuf,
    /// Whether responses carry [`ISOLATION`].
    pub isolated: bool,
    /// The path below which the site lives, such as `/lab`; empty for the root.
    pub below: String,
    /// Whether this is a site of somebody else, without the lab's content policy.
    pub foreign: bool,
    /// So many bytes a second go out, of all files together; where nothing is said, as many
    /// as can.
    pub line: Option<u32>,
    /// What goes wrong with paths that contain a text, or end with it where it ends with a
    /// slash; may change while the server runs.
    pub mishaps: Arc<Mutex<Vec<(String, Mishap)>>>,
    /// Every path that was asked for.
    pub asked: Arc<Mutex<Vec<String>>>,
}

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    below: String,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves the site on 127.0.0.1 at a free port.
    pub async fn start(site: Site) -> Result<Server> {
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).await.context("no port is free on 127.0.0.1")?;
        let address = listener.local_addr()?;
        let below = site.below.clone();
        // A file with a copy NAME.gz beside it goes out compressed.
        let files = ServeDir::new(&site.folder).precompressed_gzip();
        let files = match below.as_str() {
            "" => Router::new().fallback_service(files),
            path => Router::new().nest_service(path, files),
        };
        let line = Arc::new(tokio::sync::Mutex::new(()));
        let router = files.layer(from_fn(move |request, next| {
            let (site, line) = (site.clone(), Arc::clone(&line));
            async move {
                let rate = site.line;
                let response = answer(site, request, next).await;
                match rate {
                    Some(rate) => through(&line, rate, response),
                    None => response,
                }
            }
        }));
        let task = tokio::spawn(async move {
            // It ends with the task; a failure shows as a page that does not load.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Server { address, below, task })
    }

    /// The address of the page, with a query or without.
    pub fn address(&self, query: &str) -> String {
        format!("http://{}{}/{query}", self.address, self.below)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(site: Site, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mishap = {
        if let Ok(mut asked) = site.asked.lock() {
            asked.push(path.clone());
        }
        let mishaps = site.mishaps.lock().ok();
        mishaps.and_then(|list| {
            let meant = |part: &String| match part.ends_with('/') {
                true => path.ends_with(part.as_str()),
                false => path.contains(part.as_str()),
            };
            list.iter().find(|(part, _)| meant(part)).map(|(_, mishap)| mishap.clone())
        })
    };
    // A browser must not take a mishap for the file when it asks again later.
    let caching = if mishap.is_some() { "no-store" } else { "no-cache" };
    let mut response = match mishap {
        None => next.run(request).await,
        Some(Mishap::Missing) => StatusCode::NOT_FOUND.into_response(),
        Some(Mishap::Silence) => std::future::pending().await,
        Some(Mishap::Replaced(bytes)) => {
            let (mut parts, _) = next.run(request).await.into_parts();
            parts.headers.remove("content-length");
            Response::from_parts(parts, Body::from(bytes))
        }
        Some(Mishap::Truncated(length)) => {
            let (mut parts, body) = next.run(request).await.into_parts();
            parts.headers.remove("content-length");
            let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
            Response::from_parts(parts, Body::from(whole.slice(..length.min(whole.len()))))
        }
        Some(Mishap::WrongType) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers.insert("content-type", HeaderValue::from_static("application/octet-stream"));
            headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
            response
        }
        Some(Mishap::Slow(seconds)) => {
            let (mut parts, body) = next.run(request).await.into_parts();
            // In pieces it goes out as it comes.
            parts.headers.remove("content-length");
            let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let piece = whole.len().div_ceil(PIECES).max(1);
            let pause = Duration::from_secs(seconds.into()) / PIECES as u32;
            Response::from_parts(parts, in_pieces(whole, piece, pause))
        }
        Some(Mishap::LogIn) => {
            let (mut parts, _) = next.run(request).await.into_parts();
            parts.headers.remove("content-length");
            parts.headers.remove("content-encoding");
            parts.headers.insert("content-type", HeaderValue::from_static("text/html"));
            Response::from_parts(parts, Body::from(LOG_IN))
        }
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    if !site.foreign {
        set("content-security-policy", CONTENT_POLICY);
    }
    set("cache-control", caching);
    if site.isolated {
        for (name, value) in ISOLATION {
            set(name, value);
        }
    }
    response
}

/// A body that is sent piece by piece, after a pause each.
fn in_pieces(whole: Bytes, piece: usize, pause: Duration) -> Body {
    Body::from_stream(unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        let next = rest.split_to(piece.min(rest.len()));
        sleep(pause).await;
        Some((Ok::<_, Infallible>(next), rest))
    }))
}

/// Sends a response over a line that all responses share.
fn through(line: &Arc<tokio::sync::Mutex<()>>, rate: u32, response: Response) -> Response {
    /// What one takes from the line at a time.
    const PIECE: usize = 2048;
    let line = Arc::clone(line);
    let (parts, body) = response.into_parts();
    let pieces = unfold((body.into_data_stream(), Bytes::new()), move |(mut body, mut rest)| {
        let line = Arc::clone(&line);
        async move {
            while rest.is_empty() {
                match body.next().await? {
                    Ok(more) => rest = more,
                    Err(error) => return Some((Err(error), (body, rest))),
                }
            }
            let next = rest.split_to(PIECE.min(rest.len()));
            let _mine = line.lock().await;
            sleep(Duration::from_secs_f64(next.len() as f64 / f64::from(rate.max(1)))).await;
            Some((Ok(next), (body, rest)))
        }
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}
