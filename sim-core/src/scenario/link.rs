//! A proposal as a line of text: `#p0?profile=group-32&cap=16gpu~7f`.
