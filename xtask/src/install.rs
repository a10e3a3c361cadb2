//! Getting what is missing: each tool is looked for first, installed once, and named in one sentence if it cannot be had.
//!
//! Nothing is asked. Programs compiled or fetched for us land in `.tools/`; system packages come from apt where there is one.

use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{ask, must, say};
use crate::tools::{cargo, command, find, find_any, is_version, locked_version, shed};

/// 0.22 wants a newer compiler than ours.
const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132";
const AXE: &str = "4.14.1";
const LIGHTHOUSE: &str = "12.8.2";
const GECKODRIVER: &str = "0.36.0";
const TARGET: &str = "wasm32-unknown-unknown";

/// Whether the WASM files can be made smaller by `wasm-opt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Optimiser {
    /// It is there.
    Present,
    /// It could not be had: the site works, its WASM is larger.
    Absent,
}

/// What building the site needs.
pub fn for_build() -> Result<Optimiser> {
    wasm_target()?;
    wasm_bindgen()?;
    trunk()?;
    Ok(wasm_opt())
}

/// What running WASM tests under Node needs.
pub fn for_node() -> Result<()> {
    wasm_target()?;
    wasm_bindgen()?;
    node()
}

/// What the browser tests need: Chromium, its driver, and axe.
pub fn for_browser() -> Result<()> {
    chromium()?;
    axe()
}

/// What Lighthouse needs: itself, Node and Chromium.
pub fn for_lighthouse() -> Result<()> {
    node()?;
    chromium()?;
    if shed().join("node_modules/lighthouse/package.json").is_file() {
        return Ok(());
    }
    npm("Lighthouse", &format!("lighthouse@{LIGHTHOUSE}"))
}

/// What the full matrix needs beyond that: Firefox and its driver.
pub fn for_firefox() -> Result<()> {
    if find_any(&["firefox", "firefox-esr"]).is_none() {
        apt("Firefox", &["firefox-esr"])?;
    }
    if find("geckodriver").is_none() {
        compile(
            "geckodriver",
            GECKODRIVER,
            Lock::TheirOwn,
            "about 3 minutes on two cores",
        )?;
    }
    Ok(())
}

/// The compiler's target for WebAssembly.
pub fn wasm_target() -> Result<()> {
    let sysroot = ask(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let library = std::path::Path::new(&sysroot).join("lib/rustlib").join(TARGET);
    if library.is_dir() {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!(
            "the Rust target {TARGET} is missing and there is no rustup to add it; install it as you installed Rust"
        );
    }
    say(&format!("Adding the Rust target {TARGET} (seconds) …"));
    must(
        "rustup target add",
        command("rustup").args(["target", "add", TARGET]),
    )
}

/// The `wasm-bindgen` that belongs to our lock file, with its test runner.
pub fn wasm_bindgen() -> Result<()> {
    let version = locked_version("wasm-bindgen")?;
    if is_version("wasm-bindgen", &version) && find("wasm-bindgen-test-runner").is_some() {
        return Ok(());
    }
    compile(
        "wasm-bindgen-cli",
        &version,
        Lock::Newest,
        "about 3 minutes on two cores",
    )
}

fn trunk() -> Result<()> {
    if is_version("trunk", TRUNK) {
        return Ok(());
    }
    compile("trunk", TRUNK, Lock::TheirOwn, "about 6 minutes on two cores")
}

fn wasm_opt() -> Optimiser {
    if find("wasm-opt").is_some() && find("node").is_some() {
        return Optimiser::Present;
    }
    let got = node().and_then(|()| npm("wasm-opt", &format!("binaryen@{BINARYEN}")));
    match got {
        Ok(()) => Optimiser::Present,
        Err(error) => {
            say(&format!(
                "wasm-opt could not be had ({error:#}): the site will work, its WASM will be larger."
            ));
            Optimiser::Absent
        }
    }
}

fn node() -> Result<()> {
    if find("node").is_none() {
        apt("Node", &["nodejs", "npm"])?;
    }
    Ok(())
}

fn chromium() -> Result<()> {
    let browser = find_any(&["chromium", "chromium-browser", "google-chrome"]);
    if browser.is_none() || find("chromedriver").is_none() {
        apt("Chromium and its driver", &["chromium", "chromium-driver"])?;
    }
    Ok(())
}

fn axe() -> Result<()> {
    if shed().join("node_modules/axe-core/axe.min.js").is_file() {
        return Ok(());
    }
    npm("axe-core", &format!("axe-core@{AXE}"))
}

/// Which versions of its dependencies a tool is compiled with.
enum Lock {
    /// Those it was released with.
    TheirOwn,
    /// The newest: the lock file it was released with names a version the registry no longer serves.
    Newest,
}

fn compile(package: &str, version: &str, lock: Lock, how_long: &str) -> Result<()> {
    say(&format!(
        "Compiling {package} {version} into .tools/, once: {how_long} …"
    ));
    let mut install = cargo();
    install
        .args(["install", package, "--version", version, "--force", "--root"])
        .arg(shed());
    match lock {
        Lock::TheirOwn => _ = install.arg("--locked"),
        Lock::Newest => {}
    }
    // A tool that is used for seconds need not be polished for minutes.
    install.envs([
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ]);
    must(&format!("cargo install {package}"), &mut install)
}

fn npm(what: &str, package: &str) -> Result<()> {
    if find("npm").is_none() {
        apt("npm", &["npm"])?;
    }
    say(&format!("Fetching {package} from npm into .tools/ (seconds) …"));
    let mut install = command("npm");
    install.args([
        "install",
        "--no-fund",
        "--no-audit",
        "--no-save",
        "--no-package-lock",
        "--loglevel",
        "error",
    ]);
    // `--no-save` would prune what an earlier call put there, so everything is asked for together.
    install.arg("--prefix").arg(shed()).args(wanted_from_npm(package));
    must(&format!("npm install {what}"), &mut install)
}

fn wanted_from_npm(package: &str) -> Vec<String> {
    let mut wanted = vec![package.to_owned()];
    let kept = [
        ("binaryen", BINARYEN),
        ("axe-core", AXE),
        ("lighthouse", LIGHTHOUSE),
    ];
    for (name, version) in kept {
        let wants = format!("{name}@{version}");
        if shed().join("node_modules").join(name).is_dir() && wants != package {
            wanted.push(wants);
        }
    }
    wanted
}

fn apt(what: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if find("apt-get").is_none() {
        bail!("{what} is missing, and this system has no apt-get: install {names} and put it on PATH");
    }
    let root = ask(Command::new("id").arg("-u")).as_deref() == Some("0");
    let may_sudo = || find("sudo").is_some() && ask(command("sudo").args(["-n", "true"])).is_some();
    if !root && !may_sudo() {
        bail!(
            "{what} is missing, and installing it needs rights: run `sudo apt-get install {names}`, then try again"
        );
    }
    say(&format!("Installing {names} with apt-get (a minute or two) …"));
    let apt_get = || {
        let mut apt_get = if root { command("apt-get") } else { command("sudo") };
        if !root {
            apt_get.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt_get.env("DEBIAN_FRONTEND", "noninteractive");
        apt_get
    };
    must("apt-get update", apt_get().args(["update", "-qq"]))?;
    let mut install = apt_get();
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    must(&format!("apt-get install {names}"), &mut install)
}
