//! Trackable resources (TRES) by name, and amounts of them as files and links write them.

use crate::order;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A resource that limits and weights can name. The order is the one in which Slurm tests limits; among types, that of
/// the cluster decides (`docs/slurm.md`, *Resources*).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum TresName {
    /// `cpu`.
    Cpu,
    /// `node`.
    Node,
    /// `billing`: what the partition's weights make of the others.
    Billing,
    /// `gres/gpu`: every device, whole or slice, counts one.
    Gpu,
    /// `gres/gpu:TYPE`: independent of `gres/gpu`; a request counts here only if it names the type.
    GpuType(String),
    /// `gres/shard`.
    Shard,
}

impl fmt::Display for TresName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TresName::Cpu => f.write_str("cpu"),
            TresName::Node => f.write_str("node"),
            TresName::Billing => f.write_str("billing"),
            TresName::Gpu => f.write_str("gres/gpu"),
            TresName::GpuType(kind) => write!(f, "gres/gpu:{kind}"),
            TresName::Shard => f.write_str("gres/shard"),
        }
    }
}

/// Text that names no resource known here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no resource known here: write cpu, node, billing, gres/gpu, gres/gpu:TYPE or gres/shard")]
pub struct UnknownTres(String);

impl FromStr for TresName {
    type Err = UnknownTres;

    /// Upper and lower case are the same, as in Slurm; types keep theirs. The `gres/` may be left out, as in links.
    fn from_str(text: &str) -> Result<TresName, UnknownTres> {
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        if ["gpu", "shard"].contains(&lower.as_str()) || lower.starts_with("gpu:") {
            return format!("gres/{trimmed}").parse();
        }
        match lower.as_str() {
            "cpu" => Ok(TresName::Cpu),
            "node" => Ok(TresName::Node),
            "billing" => Ok(TresName::Billing),
            "gres/gpu" => Ok(TresName::Gpu),
            "gres/shard" => Ok(TresName::Shard),
            lower => match trimmed.get(9..) {
                Some(kind) if lower.starts_with("gres/gpu:") && !kind.is_empty() => {
                    Ok(TresName::GpuType(kind.to_owned()))
                }
                Some(_) | None => Err(UnknownTres(trimmed.to_owned())),
            },
        }
    }
}

/// So much of some resources: `gres/gpu=8,cpu=64`. A bare number is `gres/gpu`. Empty: nothing is said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TresCounts(Vec<(TresName, u64)>);

impl TresCounts {
    /// Nothing said of anything.
    pub const fn none() -> TresCounts {
        TresCounts(Vec::new())
    }
    /// So many `gres/gpu`, or nothing said.
    pub fn gpus(count: impl Into<Option<u32>>) -> TresCounts {
        TresCounts(
            count
                .into()
                .map(|n| (TresName::Gpu, u64::from(n)))
                .into_iter()
                .collect(),
        )
    }
    /// What is said of `gres/gpu`; more than fits is the most there can be.
    pub fn of_gpus(&self) -> Option<u32> {
        self.get(&TresName::Gpu)
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    }
    /// What is said of one resource.
    pub fn get(&self, name: &TresName) -> Option<u64> {
        self.0.iter().find(|(other, _)| other == name).map(|&(_, n)| n)
    }
    /// Says so much of one resource, or nothing; the others stay.
    pub fn set(&mut self, name: TresName, count: impl Into<Option<u64>>) {
        self.0.retain(|(other, _)| *other != name);
        if let Some(count) = count.into() {
            self.0.push((name, count));
            order::sort(&mut self.0);
        }
    }
    /// Sets `gres/gpu`, or says nothing of it; the others stay.
    pub fn set_gpus(&mut self, count: Option<u32>) {
        self.set(TresName::Gpu, count.map(u64::from));
    }
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Resources in Slurm's order of testing, with their amounts.
    pub fn iter(&self) -> impl Iterator<Item = (&TresName, u64)> {
        self.0.iter().map(|(name, n)| (name, *n))
    }
}

impl From<u32> for TresCounts {
    fn from(gpus: u32) -> TresCounts {
        TresCounts::gpus(gpus)
    }
}

impl fmt::Display for TresCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0.iter().map(|(name, n)| (name, n)))
    }
}

impl FromStr for TresCounts {
    type Err = String;

    fn from_str(text: &str) -> Result<TresCounts, String> {
        let mut counts = TresCounts::none();
        for (name, number) in entries(text)? {
            // `-1` takes a limit away, as in sacctmgr.
            if number == "-1" {
                counts.set(name, None);
                continue;
            }
            let count = number
                .parse::<u64>()
                .map_err(|_| format!("`{number}` is no whole number: write such as {name}=8"))?;
            counts.set(name, count);
        }
        Ok(counts)
    }
}

/// A weight for each of some resources: `CPU=1.0,Mem=0.25G,GRES/gpu=16`. Memory is left out: it is not modelled.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TresWeights(Vec<(TresName, f64)>);

impl TresWeights {
    /// Weights in Slurm's order of resources.
    pub fn iter(&self) -> impl Iterator<Item = (&TresName, f64)> {
        self.0.iter().map(|(name, w)| (name, *w))
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for TresWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0.iter().map(|(name, w)| (name, w)))
    }
}

impl FromStr for TresWeights {
    type Err = String;

    fn from_str(text: &str) -> Result<TresWeights, String> {
        let mut weights: Vec<(TresName, f64)> = Vec::new();
        for (name, number) in entries(text)? {
            let weight = number
                .parse::<f64>()
                .ok()
                .filter(|w| w.is_finite() && *w >= 0.0)
                .ok_or_else(|| format!("`{number}` is no weight: write such as {name}=1.5"))?;
            weights.retain(|(other, _)| *other != name);
            weights.push((name, weight));
        }
        order::sort_by(&mut weights, |a, b| a.0.cmp(&b.0));
        Ok(TresWeights(weights))
    }
}

/// `name=number` entries between commas.
fn entries(text: &str) -> Result<Vec<(TresName, &str)>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            let (name, number) = entry
                .split_once('=')
                .ok_or_else(|| format!("`{entry}` has no amount: write such as gres/gpu=8"))?;
            let name = name.parse().map_err(|unknown: UnknownTres| unknown.to_string())?;
            Ok((name, number.trim()))
        })
        .collect()
}

fn list<'a, T: fmt::Display + 'a>(
    f: &mut fmt::Formatter<'_>,
    entries: impl Iterator<Item = (&'a TresName, &'a T)>,
) -> fmt::Result {
    for (index, (name, value)) in entries.enumerate() {
        if index > 0 {
            f.write_str(",")?;
        }
        write!(f, "{name}={value}")?;
    }
    Ok(())
}

/// People read and write the text; machines the list.
macro_rules! as_text_or_list {
    ($type:ident, $bare:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() {
                    to.collect_str(self)
                } else {
                    self.0.serialize(to)
                }
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if !from.is_human_readable() {
                    return Deserialize::deserialize(from).map($type);
                }
                #[derive(Deserialize)]
                #[serde(untagged)]
                enum Written {
                    Bare($bare),
                    Text(String),
                }
                match Written::deserialize(from)? {
                    Written::Bare(gpus) => Ok($type(vec![(TresName::Gpu, gpus.into())])),
                    Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
                }
            }
        }
    };
}
as_text_or_list!(TresCounts, u32);
as_text_or_list!(TresWeights, f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_in_slurms_order() {
        let counts: TresCounts = "gres/gpu:h100=4, GRES/GPU=10,cpu=20".parse().unwrap();
        assert_eq!(counts.to_string(), "cpu=20,gres/gpu=10,gres/gpu:h100=4");
        assert_eq!(counts.of_gpus(), Some(10));
        assert_eq!("gpu:h100=4,GPU=10,cpu=20".parse(), Ok(counts));
        assert_eq!("cpu=4,cpu=-1".parse::<TresCounts>(), Ok(TresCounts::none()));
        assert!(TresCounts::none().is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, says) in [
            ("gres/gpu", "no amount"),
            ("gres/tpu=1", "no resource known here"),
            ("cpu=many", "no whole number"),
        ] {
            assert!(text.parse::<TresCounts>().unwrap_err().contains(says), "{text}");
        }
        assert!("cpu=-2".parse::<TresWeights>().is_err());
    }

    #[test]
    fn a_bare_number_in_a_file_is_gpus() {
        #[derive(Deserialize)]
        struct File {
            a: TresCounts,
            b: TresWeights,
        }
        let file: File = toml::from_str("a = 8\nb = \"CPU=1.0,GRES/gpu=12.5\"").unwrap();
        assert_eq!(file.a, TresCounts::gpus(8));
        assert_eq!(file.b.to_string(), "cpu=1,gres/gpu=12.5");
    }
}
