//! Did any result move? The same list and the same test on the host and, under Node, as WASM.
//!
//! `UPDATE_EXPECT=1 cargo test -p tests --test golden` writes the digests of the host anew.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use tests::goldens;

#[test]
fn no_digest_has_moved() {
    let mut text = String::from(goldens::TEXT);
    let mut moved = Vec::new();
    let mut goldens = goldens::all().into_iter();
    for line in goldens::TEXT
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let golden = goldens.next().expect("one for each line");
        let now = golden.run();
        if now != golden.digest {
            let cut = line.rfind('|').expect("it has five fields");
            text = text.replace(line, &format!("{}| {now}", &line[..cut]));
            moved.push(format!("{} -> {now}", line.trim()));
        }
    }
    if !moved.is_empty() && !blessed(&text) {
        panic!(
            "results have moved; if they are meant to, say why under Results in the changelog and run \
             `UPDATE_EXPECT=1 cargo test -p tests --test golden`\n{}",
            moved.join("\n")
        );
    }
}

/// Writes the list if that was asked for; says whether it did.
#[cfg(not(target_arch = "wasm32"))]
fn blessed(text: &str) -> bool {
    let wanted = std::env::var_os("UPDATE_EXPECT").is_some();
    if wanted {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/goldens.txt");
        std::fs::write(path, text).expect("the list of digests can be written");
    }
    wanted
}

/// WASM has no files: only the host's digests count.
#[cfg(target_arch = "wasm32")]
fn blessed(_text: &str) -> bool {
    false
}

#[test]
fn no_two_goldens_are_the_same() {
    let mut digests: Vec<String> = goldens::all().into_iter().map(|golden| golden.digest).collect();
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count, "each line is to test something of its own");
}
