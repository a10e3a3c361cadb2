//! Makes the pages: compiles the content, runs its figures and claims, draws the stills, writes the HTML.

fn main() {}
