//! What a figure shows: words, tables and drawings made from reports, one drawing code for SVG and canvas.
