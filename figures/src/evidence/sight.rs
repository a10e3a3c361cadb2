//! How a reader looks at the evidence: which days, how wide, where the walks stand. It comes from the page's own fields as lines
//! of `name=value`.

use sim_core::ids::{AccountId, JobId, UserId};

/// Pictures are never narrower than this, in CSS pixels.
const NARROWEST: u32 = 280;
/// Nor wider.
const WIDEST: u32 = 1_400;
/// Where nobody says.
const USUAL: u32 = 1_056;

/// How a reader looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sight {
    /// Width of the pictures in CSS pixels.
    pub width: u32,
    /// The days shown, counted from the first measured one, both included.
    pub days: (u32, u32),
    /// The job that is chosen.
    pub job: Option<JobId>,
    /// Under which policy it was: 0 the baseline, 1 the proposal.
    pub side: usize,
    /// The person who is chosen without a job.
    pub person: Option<UserId>,
    /// The account of which everybody is.
    pub account: Option<AccountId>,
    /// Where each walk stands, by name.
    walks: Vec<(String, usize)>,
}

impl Default for Sight {
    fn default() -> Self {
        Sight {
            width: USUAL,
            days: (0, 13),
            job: None,
            side: 1,
            person: None,
            account: None,
            walks: Vec::new(),
        }
    }
}

impl Sight {
    /// What lines of `name=value` say; what they do not say, or not well, is as usual.
    pub fn of(lines: &str, job: Option<JobId>) -> Sight {
        let mut sight = Sight {
            job,
            ..Sight::default()
        };
        for (name, value) in lines.lines().filter_map(|line| line.split_once('=')) {
            let Ok(value) = value.parse::<u32>() else { continue };
            match name {
                "width" => sight.width = value.clamp(NARROWEST, WIDEST),
                "from" => sight.days.0 = value.saturating_sub(1),
                "to" => sight.days.1 = value.saturating_sub(1),
                "side" => sight.side = usize::from(value != 0),
                "person" => sight.person = Some(UserId(value)),
                "account" => sight.account = Some(AccountId(value)),
                name => sight.walks.push((name.to_owned(), value as usize)),
            }
        }
        // Whoever moves one end past the other still looks at a stretch of days.
        let (a, b) = sight.days;
        sight.days = (a.min(b), a.max(b));
        sight
    }

    /// Where the walk of a picture stands, among so many marks.
    pub fn walk(&self, name: &str, marks: usize) -> usize {
        let found = self.walks.iter().find(|(of, _)| of == name);
        found
            .map_or(0, |&(_, at)| at.saturating_sub(1))
            .min(marks.saturating_sub(1))
    }

    /// Whether the picture is drawn for a phone.
    pub fn is_narrow(&self) -> bool {
        self.width < 640
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_what_they_do_not_say_is_as_usual() {
        let sight = Sight::of("width=360\nfrom=9\nto=3\nbands=4\nnonsense\nheat=x\n", None);
        assert_eq!((sight.width, sight.days), (360, (2, 8)));
        assert_eq!((sight.walk("bands", 16), sight.walk("bands", 2)), (3, 1));
        assert_eq!((sight.walk("heat", 36), sight.walk("heat", 0)), (0, 0));
        assert_eq!(Sight::of("width=9999999999\nwidth=2", None).width, NARROWEST);
        assert_eq!(Sight::of("", None), Sight::default());
        let sight = Sight::of("side=0\nperson=11\naccount=3", Some(JobId(5)));
        assert_eq!(
            (sight.side, sight.person, sight.account),
            (0, Some(UserId(11)), Some(AccountId(3)))
        );
    }
}
