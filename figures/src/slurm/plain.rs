//! The lines as one text: ready to be read, and to be cut apart into files.

use sim_core::scenario::Scenario;

use super::{ASSUMED, Export, Line};
use crate::format::{NBSP, THIN};

/// So many letters to a line of remarks.
const WIDTH: usize = 80;

/// The text of an export: of the whole scenario, or of what changes against another by this name.
pub fn text(scenario: &Scenario, against: Option<&str>, of: &Export) -> String {
    let mut out = String::new();
    remark(&mut out, "# ", &format!("{}: {}", scenario.name, scenario.title));
    let what = match against {
        None => String::from("Only what differs from the defaults of Slurm 25.11."),
        Some(base) => format!("Only what changes against {base}."),
    };
    remark(
        &mut out,
        "# ",
        &format!(
            "{what} Names of nodes, groups and people are the scenario's: put in yours. Sockets, memory, daemons and their \
             ports are not of the policy and are left to you."
        ),
    );
    remark(&mut out, "# ", ASSUMED);
    let parts = [
        ("slurm.conf", &of.slurm_conf),
        ("gres.conf", &of.gres_conf),
        ("Commands of an administrator", &of.commands),
    ];
    for (title, lines) in parts {
        if !lines.is_empty() {
            head(&mut out, title);
            write(&mut out, lines);
        }
    }
    if !of.without.is_empty() {
        head(&mut out, "No counterpart in Slurm");
        for it in &of.without {
            remark(
                &mut out,
                "# - ",
                &format!("{} ({}): {}.", it.what, it.about, it.why),
            );
        }
    }
    let is_empty = parts.iter().all(|(_, lines)| lines.is_empty()) && of.without.is_empty();
    if is_empty {
        out += "\n# Nothing changes.\n";
    }
    out
}

fn head(out: &mut String, title: &str) {
    *out += &format!("\n# == {title} ==\n");
}

fn write(out: &mut String, lines: &[Line]) {
    let mut before: &[String] = &[];
    for line in lines {
        // What was said of the line before is not said again.
        if line.why != before {
            out.push('\n');
            for why in line.why.iter().filter(|why| !before.contains(why)) {
                remark(out, "# ", why);
            }
        }
        before = &line.why;
        *out += &line.text;
        out.push('\n');
    }
}

/// A remark in lines that fit, the further ones under the first. No text can leave it: whatever would end a line is a space.
fn remark(out: &mut String, sign: &str, text: &str) {
    let further = format!("#{}", " ".repeat(sign.len() - 1));
    *out += sign;
    let mut column = sign.len();
    let is_gap =
        |letter: char| letter.is_whitespace() || letter.is_control() || letter == NBSP || letter == THIN;
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        let width = word.chars().count();
        if column > sign.len() && column + 1 + width > WIDTH {
            out.push('\n');
            *out += &further;
            column = sign.len();
        } else if column > sign.len() {
            out.push(' ');
            column += 1;
        }
        *out += word;
        column += width;
    }
    out.push('\n');
}
