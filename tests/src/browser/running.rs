//! A driver's process and the profile of its browser. Both are gone when this is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

use super::{Browser, Kit};

/// A driver that listens.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// The browser's profile, fresh and empty.
    pub profile: PathBuf,
}

impl Running {
    /// Starts the driver on a free port. What is free may be taken before the driver has it: then another is tried.
    pub fn start(kit: &Kit) -> Result<Running> {
        Running::once(kit)
            .or_else(|_| Running::once(kit))
            .or_else(|_| Running::once(kit))
    }

    fn once(kit: &Kit) -> Result<Running> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("trilemma-browser-{}-{number}", std::process::id());
        let profile = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&profile)?;
        let mut command = Command::new(&kit.driver);
        match kit.browser {
            Browser::Chromium => command.arg("--port=0"),
            // Screens are set from the browser's own window.
            Browser::Firefox => command.args(["--port", "0", "--log", "info", "--allow-system-access"]),
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", kit.driver.display()))?;
        let stdout = child.stdout.take().context("the driver has no standard output")?;
        // From here on, dropping ends the driver.
        let mut running = Running {
            child,
            url: String::new(),
            profile,
        };
        let mut lines = BufReader::new(stdout).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line))
            .context("the driver ended without naming its port")?;
        running.url = format!("http://127.0.0.1:{port}");
        // A driver whose words nobody reads would stop when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(running)
    }
}

/// "ChromeDriver was started successfully on port 41213." or "Listening on 127.0.0.1:35551".
fn port_in(line: &str) -> Option<u16> {
    let (_, after) = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    after.trim().trim_end_matches('.').parse().ok()
}

impl Drop for Running {
    fn drop(&mut self) {
        // A journey that ended well has closed its browser; one that panicked leaves it to us. Only processes that
        // were given our profile are ours.
        let profile = self.profile.to_string_lossy().into_owned();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let pid = entry.file_name().to_string_lossy().into_owned();
            let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if pid.parse::<u32>().is_ok() && String::from_utf8_lossy(&words).contains(&profile) {
                Command::new("kill")
                    .args(["-9", &pid])
                    .stderr(Stdio::null())
                    .status()
                    .ok();
            }
        }
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.profile).ok();
    }
}
