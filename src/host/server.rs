//! A web server for built pages, as real hosts are: with the isolation headers or
//! without, at the root or below a path, and, for tests, with things going wrong.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
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
}

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
    /// What goes wrong with paths that contain a text; may change while the server runs.
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
        let router = files.layer(from_fn(move |request, next| answer(site.clone(), request, next)));
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
            list.iter().find(|(part, _)| path.contains(part)).map(|(_, mishap)| mishap.clone())
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
