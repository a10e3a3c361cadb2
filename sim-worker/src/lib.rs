//! The simulator off the main thread: the messages, the page side and the worker side.
