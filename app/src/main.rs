//! The live parts of the site: figures and the lab, mounted into marked places of the pages.

fn main() {}
