//! A plain static host for one folder, inside this process: it ends with the tests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The file that pages get to run first, where there is one.
const FIRST: &str = "run-first.js";
/// What keeps pages without a network; a page with a script more is not what it lists.
const KEEPER: &str = "sw.js";

/// A host, and whether anybody reaches it.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its address, with a slash at its end.
    pub url: String,
    /// Set while every connection is closed at once.
    pub is_down: Arc<AtomicBool>,
    /// A script that every page runs before any of its own; none if empty.
    pub first: Arc<Mutex<String>>,
}

/// Serves a folder below a path prefix on a free port.
///
/// # Errors
/// If no port is free.
pub fn serve(folder: &Path, prefix: &str) -> std::io::Result<Host> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://127.0.0.1:{}{prefix}", listener.local_addr()?.port());
    let is_down = Arc::new(AtomicBool::new(false));
    let first = Arc::new(Mutex::new(String::new()));
    let (down, script) = (Arc::clone(&is_down), Arc::clone(&first));
    let (folder, prefix) = (folder.to_owned(), prefix.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if down.load(Ordering::Relaxed) {
                continue;
            }
            let (folder, prefix) = (folder.clone(), prefix.clone());
            let script = script.lock().unwrap_or_else(PoisonError::into_inner).clone();
            // A visitor who goes away in the middle is no concern of the others.
            std::thread::spawn(move || answer(stream, &folder, &prefix, &script).ok());
        }
    });
    Ok(Host { url, is_down, first })
}

fn answer(mut stream: TcpStream, folder: &Path, prefix: &str, first: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let inside = path
        .strip_prefix(prefix)
        .filter(|inner| !inner.split('/').any(|part| part == ".."));
    let mut file = folder.join(inside.unwrap_or("404.html"));
    if file.is_dir() {
        file.push("index.html");
    }
    let is_first = inside == Some(FIRST);
    let is_kept = first.is_empty() || inside != Some(KEEPER);
    let is_there = is_first || inside.is_some() && is_kept && file.is_file();
    let status = if is_there { "200 OK" } else { "404 Not Found" };
    if !is_there {
        file = folder.join("404.html");
    }
    let kind = kind(&file);
    let mut content = if is_first {
        first.as_bytes().to_vec()
    } else {
        std::fs::read(&file)?
    };
    if !first.is_empty() && kind.starts_with("text/html") {
        let tag = format!("<head><script src=\"{prefix}{FIRST}\"></script>");
        content = String::from_utf8_lossy(&content)
            .replacen("<head>", &tag, 1)
            .into_bytes();
    }
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    stream.write_all(&content)?;
    stream.flush()
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
