//! The project's own build commands. This crate knows none of the others: it must work when they do not compile.

mod bench;
mod build;
mod install;
mod lighthouse;
mod mutate;
mod serve;
mod shell;
mod size;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  serve [--port 8080] [--prefix /a/path/] [--as-built] [--offline]
                 install what is missing, build the site, serve it on http://127.0.0.1:8080
                 (--as-built: serve dist/ as it is; --offline: let browsers keep it, as they do on the net)
  test [--all]   install what is missing, run every test; --all: 20 seeds, Firefox and Lighthouse too
  build          the release site in dist/
  size           gzip sizes of dist/ against the budgets
  lighthouse     Lighthouse over one page of each kind in dist/, three times, against the goals
  bench [WORD..] [--json FILE] [--record]
                 speed, memory and growth against goals and past, a table and JSON; words choose parts (engine, features,
                 wasm, page) or rows by a piece of their name; --record adds the figures to docs/speed/history.json
  mutate [part]  break the engine on purpose, once for each patch in tests/mutations, and see that the named test notices
  ci             what continuous integration runs: the same as test
  tidy           module order, file headers, file length, knob help, forbidden words";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<ExitCode> {
    let mut args = args.into_iter();
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match command.as_str() {
        "serve" => serve(&rest)?,
        "test" | "ci" => return test::run(test::Extent::parse(&rest)?),
        "build" => build::site()?,
        "size" => return Ok(exit(size::run()?)),
        "lighthouse" => return Ok(exit(lighthouse::run()?)),
        "bench" => bench::run(&rest)?,
        "mutate" => return Ok(exit(mutate::run(&rest)?)),
        "tidy" => return Ok(exit(tidy::run()?)),
        "" | "help" | "--help" | "-h" => println!("{HELP}"),
        other => bail!("there is no command `{other}`.\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(args: &[String]) -> Result<()> {
    let mut port = 8080;
    let mut prefix = "/".to_owned();
    let mut build_first = true;
    let mut keep = serve::Keep::Nothing;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--port" => port = value()?.parse().context("--port takes a number up to 65535")?,
            "--prefix" => prefix = value()?.clone(),
            "--as-built" => build_first = false,
            "--offline" => keep = serve::Keep::TheSite,
            other => bail!("serve does not know `{other}`.\n\n{HELP}"),
        }
    }
    if build_first {
        build::site()?;
    }
    let dist = shell::root().join("dist");
    if !dist.join("index.html").is_file() {
        bail!("there is no site in dist/; run `cargo xtask build` first");
    }
    let server = serve::Server::bind(&dist, port, &prefix, keep)?;
    println!("Serving dist/ on {}  (Ctrl-C stops)", server.url());
    println!("After a change: `cargo xtask build` in another terminal, then reload the page.");
    server.run()
}

fn exit(problems: u32) -> ExitCode {
    if problems == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
