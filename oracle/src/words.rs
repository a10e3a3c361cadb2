//! Slurm's ways of writing times and host names.

use sim_core::units::Span;

/// More hosts than any list of a case has.
const MOST_HOSTS: usize = 10_000;
/// Longer than any time that makes sense here: a hundred years.
const LONGEST: u64 = 3_155_760_000;

/// A time as slurm.conf and sacctmgr write it; a bare number counts `unit` seconds. `None` is no limit.
pub fn time(text: &str, unit: u64) -> Result<Option<Span>, String> {
    let bad = || format!("`{text}` is no time; write minutes, MM:SS, HH:MM:SS, D-HH or D-HH:MM:SS");
    let text = text.trim();
    if ["UNLIMITED", "INFINITE", "-1", "NONE"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Ok(None);
    }
    let number = |part: &str| -> Result<u64, String> {
        if part.len() > 10 {
            return Err(bad());
        }
        part.parse::<u64>().map_err(|_| bad())
    };
    let seconds = if let Some((days, rest)) = text.split_once('-') {
        let parts: Vec<u64> = rest.split(':').map(number).collect::<Result<_, _>>()?;
        let (hours, minutes, seconds) = match parts[..] {
            [h] => (h, 0, 0),
            [h, m] => (h, m, 0),
            [h, m, s] => (h, m, s),
            _ => return Err(bad()),
        };
        number(days)? * 86_400 + hours * 3_600 + minutes * 60 + seconds
    } else {
        let parts: Vec<u64> = text.split(':').map(number).collect::<Result<_, _>>()?;
        match parts[..] {
            [n] => n * unit,
            [m, s] => m * 60 + s,
            [h, m, s] => h * 3_600 + m * 60 + s,
            _ => return Err(bad()),
        }
    };
    match u32::try_from(seconds) {
        Ok(seconds) if u64::from(seconds) <= LONGEST => Ok(Some(Span::secs(seconds))),
        Ok(_) | Err(_) => Err(format!(
            "`{text}` is longer than a hundred years; write UNLIMITED"
        )),
    }
}

/// `n[1-3,5],login` as single names.
pub fn hosts(text: &str) -> Result<Vec<String>, String> {
    let bad = || format!("`{text}` is no list of hosts; write such as n1,n[2-4]");
    let mut names = Vec::new();
    let mut depth = 0_u32;
    let mut word = String::new();
    for c in text.chars().chain([',']) {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1).ok_or_else(bad)?,
            ',' if depth == 0 => {
                let whole = std::mem::take(&mut word);
                if !whole.trim().is_empty() {
                    expand(whole.trim(), &mut names).ok_or_else(bad)?;
                }
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    if depth > 0 || names.is_empty() {
        return Err(bad());
    }
    Ok(names)
}

/// One word of a list, with one bracket at most.
fn expand(word: &str, names: &mut Vec<String>) -> Option<()> {
    let Some((before, rest)) = word.split_once('[') else {
        names.push(word.to_owned());
        return Some(());
    };
    let (inside, after) = rest.split_once(']')?;
    for range in inside.split(',') {
        let (low, high) = range.split_once('-').unwrap_or((range, range));
        let width = low.len();
        let (low, high) = (low.parse::<u64>().ok()?, high.parse::<u64>().ok()?);
        if high < low || high - low >= MOST_HOSTS as u64 || names.len() >= MOST_HOSTS {
            return None;
        }
        for number in low..=high {
            names.push(format!("{before}{number:0width$}{after}"));
        }
    }
    Some(())
}

/// Whether a switch is on.
pub fn yes(text: &str) -> bool {
    ["YES", "1", "TRUE", "ON"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// The words of a list between commas.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_slurm_reads_them() {
        for (text, seconds) in [
            ("10", 600),
            ("7-0", 604_800),
            ("0-00:05:00", 300),
            ("00:01:00", 60),
            ("1:30", 90),
            ("1-12:30", 131_400),
        ] {
            assert_eq!(time(text, 60), Ok(Some(Span::secs(seconds))), "{text}");
        }
        assert_eq!(time("20", 1), Ok(Some(Span::secs(20))));
        assert_eq!(time("UNLIMITED", 60), Ok(None));
        for text in [
            "",
            "x",
            "1:2:3:4",
            "1-2-3",
            "-5",
            "99999999999999999999",
            "4000000000",
        ] {
            assert!(time(text, 60).is_err(), "{text}");
        }
    }

    #[test]
    fn lists_of_hosts_are_spread_out() {
        assert_eq!(hosts("n[1-3,5]").unwrap(), ["n1", "n2", "n3", "n5"]);
        assert_eq!(hosts("a,n[09-10]").unwrap(), ["a", "n09", "n10"]);
        for text in ["", "n[1-", "n]1[", "n[3-1]", "n[1-99999999999]", "n[x]"] {
            assert!(hosts(text).is_err(), "{text}");
        }
    }
}
