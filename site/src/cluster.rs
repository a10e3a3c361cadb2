//! The page that edits a cluster, before its app is there: what it does, and an example as a picture and a table.

use std::path::Path;

use anyhow::Result;
use figures::machine;

use crate::html::escape;
use crate::lab::{SetUps, set_ups};
use crate::mounts;
use crate::runs::Runs;
use figures::still::framed;

/// The route of the page.
pub const ROUTE: &str = "/lab/cluster/";

/// The preset of the example: nodes of several types, slices, a lane for tests, and nodes that a group bought.
const EXAMPLE: &str = "uni-128";

/// The main part of the page; the file of all set-ups goes into `out`.
pub fn main(runs: &Runs, out: &Path) -> Result<String> {
    let SetUps { first, file } = set_ups(runs, out)?;
    let example = runs.scenario(EXAMPLE, &[])?;
    let words = machine::figure(&example);
    let picture = machine::picture(&example, &example.cluster);
    let title = example.title.split(": ").next().unwrap_or_default();
    Ok(format!(
        "<div class=\"cluster-page wrap\" data-mount=\"{mount}\" data-root=\"../../\" data-set-ups=\"{first}\" data-more=\"../../{file}\">\
         <header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/lab/\">The lab</a></p><h1>How would you divide the machine?</h1>\
         <p class=\"stand-first\">Nodes, slices, partitions, limits, owners, reservations: change any of them. Each step is in the address \
         bar, each can be undone, and the lab runs what you made.</p></header>\
         <p class=\"app-note\">To change a cluster here takes scripts and WebAssembly in your browser. Without them this page shows an \
         example. A cluster can also be written as a file and given to the command line: <code>trilemma run my-cluster.toml</code>. \
         <a href=\"~/lab/site/\">Which clusters there are</a></p>\
         <div class=\"cluster-live\"></div>\
         <div class=\"cluster-still\"><p class=\"small quiet\">An example: {title}.</p>{example}</div>\
         <section class=\"fig cluster-how\"><h2 class=\"fig-title\">What do the words mean?</h2><div class=\"cluster-words\">\
         <p><b>A node group</b> is a number of equal nodes. To give some of them other rules, split them off: each group is in the \
         partitions that are ticked for it.</p>\
         <p><b>A slice</b> is a part of a GPU with memory of its own. A GPU has seven parts to compute and eight of memory; slices begin \
         only at some places, so not every set fits. What no slice takes is lost to the cut, and counts as capacity all the same.</p>\
         <p><b>Shared nodes</b> serve every partition that is on them, the higher tier first. Nodes that only one partition is on stand \
         idle whenever that one is empty.</p>\
         <p><a href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p></div></section></div>",
        mount = mounts::CLUSTER,
        title = escape(title),
        example = framed(&words, &picture),
    ))
}
