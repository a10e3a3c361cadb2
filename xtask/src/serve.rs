//! A small static server for `dist/`: what any plain host does, under any path prefix. Not a server for the open net.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Requests longer than this are not ours.
const LONGEST_HEAD: u64 = 16 * 1024;

/// The script by which browsers keep the site, and what they get instead while somebody works on it: a script that goes,
/// and takes with it what an earlier one kept. Otherwise the browser would show the build before this one, on this port
/// whatever is served there later.
const KEEPER: &str = "sw.js";
const NOTHING_IS_KEPT: &str = "\
self.addEventListener(\"install\", () => self.skipWaiting());
self.addEventListener(\"activate\", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(`trilemma ${self.registration.scope} `)) await caches.delete(name);
  }
  await self.registration.unregister();
})()));
";

/// Whether browsers may keep the site for a time without a network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As on the net.
    TheSite,
    /// Each visit gets what is in the folder.
    Nothing,
}

/// A bound port and what is served there.
pub struct Server {
    listener: TcpListener,
    dist: PathBuf,
    prefix: String,
    keep: Keep,
}

/// What to send back.
#[derive(PartialEq, Eq, Debug)]
enum Answer {
    File(PathBuf),
    NothingIsKept,
    Moved(String),
    Missing,
}

/// What the first lines of a request ask for.
struct Request {
    method: String,
    target: String,
    takes_gzip: bool,
}

impl Server {
    /// Takes the port; 0 lets the system choose one.
    pub fn bind(dist: &Path, port: u16, prefix: &str, keep: Keep) -> Result<Server> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("could not take port {port}; choose another with --port"))?;
        let dist = dist
            .canonicalize()
            .with_context(|| format!("could not find {}", dist.display()))?;
        let inner = prefix.trim_matches('/');
        let prefix = if inner.is_empty() {
            "/".to_owned()
        } else {
            format!("/{inner}/")
        };
        Ok(Server {
            listener,
            dist,
            prefix,
            keep,
        })
    }

    /// Where it can be reached.
    pub fn url(&self) -> String {
        let port = self.listener.local_addr().map_or(0, |address| address.port());
        format!("http://127.0.0.1:{port}{}", self.prefix)
    }

    /// Serves until the program ends.
    pub fn run(self) -> Result<()> {
        for stream in self.listener.incoming() {
            // A connection that breaks while it is made concerns that visitor only.
            let Ok(stream) = stream else { continue };
            let (dist, prefix, keep) = (self.dist.clone(), self.prefix.clone(), self.keep);
            std::thread::spawn(move || {
                // The same holds for one that breaks while it is answered.
                let _ = respond(stream, &dist, &prefix, keep);
            });
        }
        Ok(())
    }
}

fn respond(mut stream: TcpStream, dist: &Path, prefix: &str, keep: Keep) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = read_request(&stream)? else {
        return send(&mut stream, "400 Bad Request", &[], b"", Body::Sent);
    };
    let body = match request.method.as_str() {
        "GET" => Body::Sent,
        "HEAD" => Body::HeldBack,
        _ => {
            return send(
                &mut stream,
                "405 Method Not Allowed",
                &[("Allow", "GET, HEAD")],
                b"",
                Body::Sent,
            );
        }
    };
    let (status, file) = match answer(dist, prefix, keep, &request.target) {
        Answer::NothingIsKept => {
            let headers = [("Content-Type", "text/javascript; charset=utf-8")];
            return send(&mut stream, "200 OK", &headers, NOTHING_IS_KEPT.as_bytes(), body);
        }
        Answer::Moved(to) => {
            return send(
                &mut stream,
                "301 Moved Permanently",
                &[("Location", to.as_str())],
                b"",
                body,
            );
        }
        Answer::File(file) => ("200 OK", file),
        Answer::Missing => ("404 Not Found", dist.join("404.html")),
    };
    let content = fs::read(&file).unwrap_or_else(|_| b"There is no such page.".to_vec());
    let mime = mime(&file);
    if request.takes_gzip && compressible(mime) {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&content)?;
        let headers = [
            ("Content-Type", mime),
            ("Content-Encoding", "gzip"),
            ("Vary", "Accept-Encoding"),
        ];
        return send(&mut stream, status, &headers, &gzip.finish()?, body);
    }
    send(&mut stream, status, &[("Content-Type", mime)], &content, body)
}

/// Whether the content follows the headers.
#[derive(Clone, Copy)]
enum Body {
    Sent,
    HeldBack,
}

fn send(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    content: &[u8],
    body: Body,
) -> Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", content.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    match body {
        Body::Sent => stream.write_all(content)?,
        Body::HeldBack => {}
    }
    Ok(stream.flush()?)
}

fn read_request(stream: &TcpStream) -> Result<Option<Request>> {
    let mut lines = BufReader::new(stream.take(LONGEST_HEAD)).lines();
    let Some(first) = lines.next().transpose()? else {
        return Ok(None);
    };
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut takes_gzip = false;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            return Ok(Some(Request {
                method: method.to_owned(),
                target: target.to_owned(),
                takes_gzip,
            }));
        }
        takes_gzip |= line.starts_with("accept-encoding:") && line.contains("gzip");
    }
    Ok(None)
}

fn answer(dist: &Path, prefix: &str, keep: Keep, target: &str) -> Answer {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let Some(inner) = path.strip_prefix(prefix) else {
        return Answer::Missing;
    };
    let Some(inner) = decode(inner) else {
        return Answer::Missing;
    };
    let stays_inside = inner
        .split('/')
        .all(|part| part != ".." && part != "." && !part.contains(['\\', '\0']));
    if !stays_inside {
        return Answer::Missing;
    }
    if inner == KEEPER && keep == Keep::Nothing {
        return Answer::NothingIsKept;
    }
    let found = dist.join(inner.trim_start_matches('/'));
    if found.is_dir() && !path.ends_with('/') {
        let query = query.map_or(String::new(), |query| format!("?{query}"));
        // One leading slash only: two would name another host.
        return Answer::Moved(format!("/{}/{query}", path.trim_matches('/')));
    }
    let file = if found.is_dir() {
        found.join("index.html")
    } else {
        found
    };
    match file.canonicalize() {
        Ok(real) if real.starts_with(dist) && real.is_file() => Answer::File(real),
        _ => Answer::Missing,
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn mime(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        "txt" | "md" | "toml" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn compressible(mime: &str) -> bool {
    mime.starts_with("text/") || mime.starts_with("application/") || mime == "image/svg+xml"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up site in a folder of its own, served until the tests end.
    fn site(name: &str, prefix: &str) -> (PathBuf, String) {
        kept(name, prefix, Keep::Nothing)
    }

    fn kept(name: &str, prefix: &str, keep: Keep) -> (PathBuf, String) {
        let outer = std::env::temp_dir().join(format!("trilemma-serve-{name}-{}", std::process::id()));
        let dist = outer.join("dist");
        fs::create_dir_all(dist.join("lab")).unwrap();
        fs::write(outer.join("secret.txt"), "secret").unwrap();
        fs::write(dist.join("index.html"), "home").unwrap();
        fs::write(dist.join("404.html"), "no such page").unwrap();
        fs::write(dist.join("lab/index.html"), "the lab").unwrap();
        fs::write(dist.join("app.wasm"), "\0asm").unwrap();
        fs::write(dist.join(KEEPER), "keeps").unwrap();
        let server = Server::bind(&dist, 0, prefix, keep).unwrap();
        let url = server.url();
        std::thread::spawn(move || server.run());
        (outer, url)
    }

    fn get(url: &str, target: &str) -> String {
        let host = url.trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream
            .write_all(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    #[test]
    fn pages_are_served_below_the_prefix_and_nowhere_else() {
        let (outer, url) = site("prefix", "/some/path/");
        assert!(url.ends_with("/some/path/"));
        assert!(get(&url, "/some/path/").ends_with("\r\n\r\nhome"));
        assert!(get(&url, "/some/path/lab/?x=1").ends_with("the lab"));
        assert!(get(&url, "/").starts_with("HTTP/1.1 404"));
        assert!(get(&url, "/some/path/lab?x=1").contains("Location: /some/path/lab/?x=1\r\n"));
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn unknown_paths_get_the_not_found_page_and_nothing_outside_is_reached() {
        let (outer, url) = site("outside", "/");
        for target in [
            "/nowhere",
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/%zz",
            "/a\\..\\b",
        ] {
            let reply = get(&url, target);
            assert!(reply.starts_with("HTTP/1.1 404"), "{target}: {reply}");
            assert!(reply.ends_with("no such page"), "{target}: {reply}");
        }
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn browsers_keep_the_site_only_where_that_is_asked_for() {
        let (outer, url) = kept("kept", "/", Keep::TheSite);
        assert!(get(&url, "/sw.js").ends_with("keeps"));
        fs::remove_dir_all(outer).unwrap();
        let (outer, url) = kept("not-kept", "/a/", Keep::Nothing);
        let reply = get(&url, "/a/sw.js");
        assert!(
            reply.contains("unregister") && reply.contains("text/javascript"),
            "{reply}"
        );
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn wasm_has_the_type_that_browsers_insist_on() {
        let (outer, url) = site("mime", "/");
        assert!(get(&url, "/app.wasm").contains("Content-Type: application/wasm\r\n"));
        fs::remove_dir_all(outer).unwrap();
    }
}
