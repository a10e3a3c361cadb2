//! Lessons, guides and the glossary: Markdown with typed front matter, compiled and checked.
