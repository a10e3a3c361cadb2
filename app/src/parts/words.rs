//! Sentences with marks, as HTML.

use figures::answer::{Mark, Part};
use leptos::prelude::*;

/// A sentence whose gains are underlined and whose costs are red.
pub fn sentence(parts: &[Part]) -> impl IntoView + use<> {
    parts
        .iter()
        .map(|part| {
            let class = match part.mark {
                Mark::Plain => "",
                Mark::Gain => "gain",
                Mark::Cost => "cost",
            };
            view! { <span class=class>{part.text.clone()}</span> }
        })
        .collect_view()
}
