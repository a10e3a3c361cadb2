//! A plain static host for one folder, inside this process: it ends with the tests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A host, and whether anybody reaches it.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its address, with a slash at its end.
    pub url: String,
    /// Set while every connection is closed at once.
    pub is_down: Arc<AtomicBool>,
}

/// Serves a folder below a path prefix on a free port.
///
/// # Errors
/// If no port is free.
pub fn serve(folder: &Path, prefix: &str) -> std::io::Result<Host> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://127.0.0.1:{}{prefix}", listener.local_addr()?.port());
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let (folder, prefix) = (folder.to_owned(), prefix.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if down.load(Ordering::Relaxed) {
                continue;
            }
            let (folder, prefix) = (folder.clone(), prefix.clone());
            // A visitor who goes away in the middle is no concern of the others.
            std::thread::spawn(move || answer(stream, &folder, &prefix).ok());
        }
    });
    Ok(Host { url, is_down })
}

fn answer(mut stream: TcpStream, folder: &Path, prefix: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let inside = path
        .strip_prefix(prefix)
        .filter(|inner| !inner.split('/').any(|part| part == ".."));
    let mut file = folder.join(inside.unwrap_or("404.html"));
    if file.is_dir() {
        file.push("index.html");
    }
    let is_there = inside.is_some() && file.is_file();
    let status = if is_there { "200 OK" } else { "404 Not Found" };
    let content = std::fs::read(if is_there {
        file.clone()
    } else {
        folder.join("404.html")
    })?;
    let kind = if is_there {
        kind(&file)
    } else {
        "text/html; charset=utf-8"
    };
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
