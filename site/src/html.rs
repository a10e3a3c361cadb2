//! Small words of HTML: escaping, links relative to a page, marks.

pub use figures::markup::escape;

/// The way from a route to the top of the site: `/` → `./`, `/learn/` → `../`. Files at the top count as the top.
pub fn to_top(route: &str) -> String {
    match route.trim_start_matches('/').matches('/').count() {
        0 => String::from("./"),
        depth => "../".repeat(depth),
    }
}

/// Site links in a text (`~/learn/`) made relative to a page at `route`.
pub fn place_links(html: &str, route: &str) -> String {
    html.replace("href=\"~/", &format!("href=\"{}", to_top(route)))
}

/// The mark: three slants between two lines.
pub const MARK: &str = "<svg class=\"mark\" viewBox=\"0 0 34 19\" aria-hidden=\"true\"><path d=\"M0 1h34M0 18h34M6 1l3 17M14 1l8 17M19 1l14 17\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"/></svg>";

/// An arrow at the end of a link.
pub const ARROW: &str = "<svg class=\"arrow\" viewBox=\"0 0 15 10\" aria-hidden=\"true\"><path d=\"M0 5h13M9 1l4 4-4 4\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/></svg>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_top_from_any_depth() {
        assert_eq!(to_top("/"), "./");
        assert_eq!(to_top("/404.html"), "./");
        assert_eq!(to_top("/lab/"), "../");
        assert_eq!(to_top("/learn/busy-or-ready/"), "../../");
        assert_eq!(
            place_links("<a href=\"~/glossary/#queue\">", "/learn/x/"),
            "<a href=\"../../glossary/#queue\">"
        );
    }
}
