//! `cargo xtask bench`: how fast the engine is, and how soon a page answers. A table, then one JSON object in a line.
//!
//! Times depend on the machine and on what else it does: a fixed loop is timed in the same run, so that figures from
//! different machines can be held side by side. `engine` or `page` as an argument runs only that part.

#[cfg(not(target_arch = "wasm32"))]
mod engine;
#[cfg(not(target_arch = "wasm32"))]
mod page;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().nth(1);
    let wants = |part: &str| wanted.as_deref().is_none_or(|wanted| wanted == part);
    let mut found = serde_json::Map::new();
    let reference = engine::reference();
    println!("a fixed loop of 100 million steps        {reference:>8.3} s");
    found.insert("reference_seconds".to_owned(), reference.into());
    if wants("engine") {
        found.insert("engine".to_owned(), engine::all()?);
    }
    if wants("page") {
        match page::all() {
            Ok(page) => _ = found.insert("page".to_owned(), page),
            Err(why) => println!("left out: the page is not timed: {why:#}"),
        }
    }
    println!("{}", serde_json::Value::Object(found));
    Ok(())
}

#[cfg(target_arch = "wasm32")]
fn main() {}
