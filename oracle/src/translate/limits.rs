//! Limits by the names that sacctmgr takes, its short ones too.

use sim_core::scenario::{AssocLimits, Limits, TresCounts, TresName};

use crate::words;

/// Sets one limit of an association. `Ok(false)`: no limit has this name.
pub fn of_association(limits: &mut AssocLimits, key: &str, text: &str) -> Result<bool, String> {
    match key.to_ascii_lowercase().as_str() {
        "grptres" => merge(&mut limits.grp_tres, text)?,
        "grpcpus" => one(&mut limits.grp_tres, TresName::Cpu, text)?,
        "grpnodes" => one(&mut limits.grp_tres, TresName::Node, text)?,
        "grptresmins" => merge(&mut limits.grp_tres_mins, text)?,
        "grpcpumins" => one(&mut limits.grp_tres_mins, TresName::Cpu, text)?,
        "grptresrunmins" | "grptresrunmin" => merge(&mut limits.grp_tres_run_mins, text)?,
        "grpcpurunmins" => one(&mut limits.grp_tres_run_mins, TresName::Cpu, text)?,
        "maxtres" | "maxtresperjob" | "maxtrespj" => merge(&mut limits.max_tres, text)?,
        "maxcpus" | "maxcpusperjob" => one(&mut limits.max_tres, TresName::Cpu, text)?,
        "maxnodes" | "maxnodesperjob" => one(&mut limits.max_tres, TresName::Node, text)?,
        "maxtrespernode" | "maxtrespn" => merge(&mut limits.max_tres_pn, text)?,
        "maxtresmins" | "maxtresminsperjob" | "maxtresminspj" => merge(&mut limits.max_tres_mins, text)?,
        "maxcpumins" | "maxcpuminsperjob" => one(&mut limits.max_tres_mins, TresName::Cpu, text)?,
        "grpjobs" => count(&mut limits.grp_jobs, text)?,
        "maxjobs" | "maxjobsperuser" => count(&mut limits.max_jobs, text)?,
        "grpsubmitjobs" | "grpsubmit" => count(&mut limits.grp_submit_jobs, text)?,
        "maxsubmitjobs" | "maxsubmit" | "maxsubmitjobsperuser" => count(&mut limits.max_submit_jobs, text)?,
        "grpjobsaccrue" => count(&mut limits.grp_jobs_accrue, text)?,
        "maxjobsaccrue" => count(&mut limits.max_jobs_accrue, text)?,
        "grpwall" => limits.grp_wall = words::time(text, 60)?,
        "maxwall" | "maxwallduration" | "maxwalldurationperjob" => limits.max_wall = words::time(text, 60)?,
        "minpriothreshold" => count(&mut limits.min_prio_threshold, text)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Sets one limit of a QOS. `Ok(false)`: no limit has this name.
pub fn of_qos(limits: &mut Limits, key: &str, text: &str) -> Result<bool, String> {
    match key.to_ascii_lowercase().as_str() {
        "grptres" => merge(&mut limits.grp_tres, text)?,
        "grpcpus" => one(&mut limits.grp_tres, TresName::Cpu, text)?,
        "grpnodes" => one(&mut limits.grp_tres, TresName::Node, text)?,
        "grptresmins" => merge(&mut limits.grp_tres_mins, text)?,
        "grpcpumins" => one(&mut limits.grp_tres_mins, TresName::Cpu, text)?,
        "grptresrunmins" | "grptresrunmin" => merge(&mut limits.grp_tres_run_mins, text)?,
        "grpcpurunmins" => one(&mut limits.grp_tres_run_mins, TresName::Cpu, text)?,
        "maxtresperjob" | "maxtrespj" | "maxtres" => merge(&mut limits.max_tres_pj, text)?,
        "maxcpus" | "maxcpusperjob" => one(&mut limits.max_tres_pj, TresName::Cpu, text)?,
        "maxnodes" | "maxnodesperjob" => one(&mut limits.max_tres_pj, TresName::Node, text)?,
        "maxtrespernode" | "maxtrespn" => merge(&mut limits.max_tres_pn, text)?,
        "mintresperjob" | "mintrespj" | "mintres" => merge(&mut limits.min_tres_pj, text)?,
        "mincpus" | "mincpusperjob" => one(&mut limits.min_tres_pj, TresName::Cpu, text)?,
        "maxtresperuser" | "maxtrespu" => merge(&mut limits.max_tres_pu, text)?,
        "maxcpusperuser" => one(&mut limits.max_tres_pu, TresName::Cpu, text)?,
        "maxnodesperuser" => one(&mut limits.max_tres_pu, TresName::Node, text)?,
        "maxtresperaccount" | "maxtrespa" | "maxtrespacct" => merge(&mut limits.max_tres_pa, text)?,
        "maxtresmins" | "maxtresminsperjob" | "maxtresminspj" => merge(&mut limits.max_tres_mins_pj, text)?,
        "maxtresrunmins" | "maxtresrunminsperuser" | "maxtresrunminspu" => {
            merge(&mut limits.max_tres_run_mins_pu, text)?;
        }
        "maxtresrunminsperaccount" | "maxtresrunminspa" | "maxtresrunminspacct" => {
            merge(&mut limits.max_tres_run_mins_pa, text)?;
        }
        "grpjobs" => count(&mut limits.grp_jobs, text)?,
        "maxjobs" | "maxjobsperuser" | "maxjobspu" => count(&mut limits.max_jobs_pu, text)?,
        "maxjobsperaccount" | "maxjobspa" | "maxjobspacct" => count(&mut limits.max_jobs_pa, text)?,
        "grpsubmitjobs" | "grpsubmit" => count(&mut limits.grp_submit_jobs, text)?,
        "maxsubmitjobs" | "maxsubmit" | "maxsubmitjobsperuser" | "maxsubmitjobspu" | "maxsubmitpu" => {
            count(&mut limits.max_submit_jobs_pu, text)?;
        }
        "maxsubmitjobsperaccount" | "maxsubmitjobspa" | "maxsubmitpa" => {
            count(&mut limits.max_submit_jobs_pa, text)?;
        }
        "grpjobsaccrue" => count(&mut limits.grp_jobs_accrue, text)?,
        "maxjobsaccrue" | "maxjobsaccrueperuser" | "maxjobsaccruepu" => {
            count(&mut limits.max_jobs_accrue_pu, text)?;
        }
        "grpwall" => limits.grp_wall = words::time(text, 60)?,
        "maxwall" | "maxwallduration" | "maxwalldurationperjob" => limits.max_wall = words::time(text, 60)?,
        "minpriothreshold" => count(&mut limits.min_prio_threshold, text)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Amounts by resource: those named change, the others stay; -1 takes one away.
fn merge(counts: &mut TresCounts, text: &str) -> Result<(), String> {
    if text.trim() == "-1" {
        *counts = TresCounts::none();
        return Ok(());
    }
    for entry in words::list(text) {
        let (name, number) = entry
            .split_once('=')
            .ok_or_else(|| format!("`{entry}` has no amount; write such as gres/gpu=8"))?;
        let name: TresName = name.parse().map_err(|unknown| format!("{unknown}"))?;
        one(counts, name, number)?;
    }
    Ok(())
}

fn one(counts: &mut TresCounts, name: TresName, text: &str) -> Result<(), String> {
    let text = text.trim();
    if text == "-1" {
        counts.set(name, None);
        return Ok(());
    }
    let amount = text
        .parse::<u64>()
        .map_err(|_| format!("`{text}` is no whole number; write such as {name}=8"))?;
    counts.set(name, amount);
    Ok(())
}

fn count(limit: &mut Option<u32>, text: &str) -> Result<(), String> {
    let text = text.trim();
    *limit = if text == "-1" || text.is_empty() {
        None
    } else {
        Some(
            text.parse()
                .map_err(|_| format!("`{text}` is no whole number; write 0 or more, or -1 for none"))?,
        )
    };
    Ok(())
}
