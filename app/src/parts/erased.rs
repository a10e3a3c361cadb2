//! Closures without their types. Every closure type that reaches a view is compiled as a view of its own; behind one
//! type they are compiled once, and the app stays small.

/// A text that follows signals.
pub type Said = Box<dyn Fn() -> String + Send + Sync>;
/// A yes or no that follows signals.
pub type Flag = Box<dyn Fn() -> bool + Send + Sync>;

/// A text that follows signals; nothing is an empty text.
pub fn say<T: Into<Option<String>>>(text: impl Fn() -> T + Send + Sync + 'static) -> Said {
    Box::new(move || text().into().unwrap_or_default())
}

/// A yes or no that follows signals.
pub fn flag(is: impl Fn() -> bool + Send + Sync + 'static) -> Flag {
    Box::new(is)
}

/// "true" or "false", for attributes that want words.
pub fn yes_no(is: impl Fn() -> bool + Send + Sync + 'static) -> Said {
    Box::new(move || if is() { "true" } else { "false" }.to_owned())
}
