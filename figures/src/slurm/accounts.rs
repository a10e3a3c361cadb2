//! The tree of accounts and people, as sacctmgr commands.

use sim_core::scenario::{
    AccountSpec, AssocLimits, Associations, Scenario, Shares, TresCounts, TresName, TresWeights, UserSpec,
};

use super::{Export, Line, list, safe, time};

const GROUPS: &str = "groups that people belong to; put in their names";

/// Amounts as sacctmgr takes them; nothing if nothing is said.
pub(super) fn amount(of: &TresCounts) -> Option<String> {
    let one = |(name, n): (&TresName, u64)| format!("{}={n}", tres(name));
    (!of.is_empty()).then(|| of.iter().map(one).collect::<Vec<_>>().join(","))
}

/// The same, taken away again.
pub(super) fn none(of: &TresCounts) -> String {
    let one = |(name, _): (&TresName, u64)| format!("{}=-1", tres(name));
    of.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Weights as slurm.conf takes them.
pub(super) fn weights(of: &TresWeights) -> String {
    let one = |(name, weight): (&TresName, f64)| format!("{}={weight}", tres(name));
    of.iter().map(one).collect::<Vec<_>>().join(",")
}

fn tres(name: &TresName) -> String {
    match name {
        TresName::GpuType(kind) => format!("gres/gpu:{}", safe(kind)),
        TresName::Cpu | TresName::Node | TresName::Billing | TresName::Gpu | TresName::Shard => {
            name.to_string()
        }
    }
}

/// The accounts that work belongs to: those with a name, and a number for each of the others.
fn names(scenario: &Scenario) -> Vec<String> {
    let named = &scenario.policy.associations.accounts;
    let mut all: Vec<String> = named.iter().map(|account| safe(&account.name)).collect();
    let others = named.len() as u32 + 1..=scenario.workload.accounts;
    all.extend(others.map(|number| format!("account{number}")));
    all
}

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    let Associations {
        root,
        each_account,
        each_user,
        accounts,
        users,
    } = &scenario.policy.associations;
    let all = names(scenario);
    for of in accounts {
        account(of, out);
    }
    let others = &all[accounts.len().min(all.len())..];
    if !others.is_empty() {
        out.commands.push(Line {
            about: String::from("accounts"),
            text: format!("sacctmgr -i add account {}", others.join(",")),
            why: vec![String::from(
                "the groups that people belong to, one share each; put in their names",
            )],
            back: format!("sacctmgr -i remove account {}", others.join(",")),
        });
    }
    let names = list(&all);
    limits(
        root,
        "root",
        "account where name=root",
        "for everybody together, or handed down to everybody",
        out,
    );
    if !all.is_empty() {
        limits(
            each_account,
            "each-account",
            &format!("account where name={names}"),
            "for each group; said again for every new one",
            out,
        );
        limits(
            each_user,
            "each-user",
            &format!("user where account={names}"),
            "for each person; said again for every new one",
            out,
        );
    }
    for of in accounts {
        let name = safe(&of.name);
        let object = format!("account where name={name}");
        limits(
            &of.limits,
            &format!("account/{name}"),
            &object,
            &format!("for {name}"),
            out,
        );
    }
    for of in users {
        user(of, out);
    }
}

fn shares(of: Shares) -> String {
    match of {
        Shares::Of(n) => n.to_string(),
        Shares::Parent => String::from("parent"),
    }
}

fn account(of: &AccountSpec, out: &mut Export) {
    let AccountSpec {
        name,
        parent,
        shares: of_it,
        priority,
        // With those of the others, which come first.
        limits: _,
    } = of;
    let name = safe(name);
    let mut text = format!("sacctmgr -i add account {name}");
    let mut why = vec![String::from(GROUPS)];
    if let Some(parent) = parent {
        text += &format!(" Parent={}", safe(parent));
        why.push(String::from("Parent: the account above it"));
    }
    if *of_it != Shares::default() {
        text += &format!(" Fairshare={}", shares(*of_it));
        why.push(String::from("Fairshare: its share against those beside it"));
    }
    out.commands.push(Line {
        about: format!("account/{name}"),
        text,
        why,
        back: format!("sacctmgr -i remove account {name}"),
    });
    if *priority > 0 {
        out.commands.push(Line {
            about: format!("account/{name}/Priority"),
            text: format!("sacctmgr -i modify account where name={name} set Priority={priority}"),
            why: vec![String::from(
                "Priority: its part of PriorityWeightAssoc, against the largest",
            )],
            back: format!("sacctmgr -i modify account where name={name} set Priority=-1"),
        });
    }
}

fn user(of: &UserSpec, out: &mut Export) {
    let UserSpec {
        person,
        account,
        shares: of_it,
        priority,
        limits: of_person,
    } = of;
    let mut object = format!("user where name=person{person}");
    if !account.is_empty() {
        object += &format!(" account={}", safe(account));
    }
    let about = format!("user/{person}/{}", safe(account));
    let whose = format!("for person {person}; put in the name");
    let mut set = |option: &str, value: String, none: &str, why: &str| {
        out.commands.push(Line {
            about: format!("{about}/{option}"),
            text: format!("sacctmgr -i modify {object} set {option}={value}"),
            why: vec![format!("{option}: {why}, {whose}")],
            back: format!("sacctmgr -i modify {object} set {option}={none}"),
        });
    };
    if *of_it != Shares::default() {
        set(
            "Fairshare",
            shares(*of_it),
            "1",
            "the share against those beside it",
        );
    }
    if *priority > 0 {
        set(
            "Priority",
            priority.to_string(),
            "-1",
            "the part of PriorityWeightAssoc, against the largest",
        );
    }
    limits(of_person, &about, &object, &whose, out);
}

fn limits(of: &AssocLimits, about: &str, object: &str, whose: &str, out: &mut Export) {
    let AssocLimits {
        grp_tres,
        grp_tres_mins,
        grp_tres_run_mins,
        max_tres,
        max_tres_pn,
        max_tres_mins,
        grp_jobs,
        max_jobs,
        grp_submit_jobs,
        max_submit_jobs,
        grp_jobs_accrue,
        max_jobs_accrue,
        grp_wall,
        max_wall,
        min_prio_threshold,
    } = of;
    let mut set = |option: &str, value: Option<String>, none: &str, why: &str| {
        if let Some(value) = value {
            out.commands.push(Line {
                about: format!("{about}/{option}"),
                text: format!("sacctmgr -i modify {object} set {option}={value}"),
                why: vec![format!("{option}: {why}, {whose}")],
                back: format!("sacctmgr -i modify {object} set {option}={none}"),
            });
        }
    };
    for (option, of, why) in [
        ("GrpTRES", grp_tres, "the most held at once"),
        (
            "GrpTRESMins",
            grp_tres_mins,
            "minutes that may be used; they fade with usage",
        ),
        (
            "GrpTRESRunMins",
            grp_tres_run_mins,
            "minutes that running jobs may still take",
        ),
        ("MaxTRESPerJob", max_tres, "the most that a job may ask for"),
        (
            "MaxTRESPerNode",
            max_tres_pn,
            "the most that a job may ask for on a node",
        ),
        (
            "MaxTRESMinsPerJob",
            max_tres_mins,
            "minutes that a job may ask for: what it holds times its limit",
        ),
    ] {
        set(option, amount(of), &none(of), why);
    }
    for (option, n, why) in [
        ("GrpJobs", grp_jobs, "jobs that may run at once"),
        ("MaxJobs", max_jobs, "jobs of each person that may run at once"),
        (
            "GrpSubmitJobs",
            grp_submit_jobs,
            "jobs that may wait or run; more are refused",
        ),
        (
            "MaxSubmitJobs",
            max_submit_jobs,
            "jobs of each person that may wait or run; more are refused",
        ),
        ("GrpJobsAccrue", grp_jobs_accrue, "waiting jobs that gain age"),
        (
            "MaxJobsAccrue",
            max_jobs_accrue,
            "waiting jobs of each person that gain age",
        ),
        (
            "MinPrioThreshold",
            min_prio_threshold,
            "priority that a job needs to be promised a start",
        ),
    ] {
        set(option, n.map(|n| n.to_string()), "-1", why);
    }
    for (option, span, why) in [
        (
            "GrpWall",
            grp_wall,
            "time that jobs may have run, all together; it fades with usage",
        ),
        ("MaxWall", max_wall, "the longest time limit of a job"),
    ] {
        set(option, span.map(time), "-1", why);
    }
}
