//! What an allocation is billed: a partition's TRESBillingWeights times amounts (`docs/slurm.md`, *Billing*).
//!
//! Usage is charged with the fraction; the resource `billing`, which limits count, is the integer part.

use super::tres::TresIx;
use crate::scenario::BillingRule;

/// Billing of these amounts in each second. Without weights it is the CPUs, or the GPUs if no CPUs are counted.
pub fn billing(weights: &[(TresIx, f64)], rule: BillingRule, amounts: &[(TresIx, u64)]) -> f64 {
    if weights.is_empty() {
        let cpus = amount(amounts, TresIx::CPU);
        return if cpus > 0.0 {
            cpus
        } else {
            amount(amounts, TresIx::GPU)
        };
    }
    let parts = || {
        weights
            .iter()
            .filter(|(tres, _)| *tres != TresIx::BILLING)
            .map(|&(tres, weight)| (tres, weight * amount(amounts, tres)))
    };
    let sum = |of: &dyn Fn(TresIx) -> bool| {
        parts()
            .filter(|&(tres, _)| of(tres))
            .fold(0.0, |sum, (_, part)| sum + part)
    };
    let largest = |of: &dyn Fn(TresIx) -> bool| {
        parts()
            .filter(|&(tres, _)| of(tres))
            .fold(0.0, |largest: f64, (_, part)| largest.max(part))
    };
    match rule {
        BillingRule::Sum => sum(&|_| true),
        BillingRule::MaxTres => largest(&|_| true),
        BillingRule::MaxTresGres => largest(&|tres| !tres.is_gres()) + sum(&TresIx::is_gres),
    }
}

/// The resource `billing` that limits count: the integer part.
pub fn billing_tres(billing: f64) -> u64 {
    // A float-to-integer cast truncates toward zero and saturates.
    billing as u64
}

fn amount(amounts: &[(TresIx, u64)], of: TresIx) -> f64 {
    amounts
        .iter()
        .find(|(tres, _)| *tres == of)
        .map_or(0.0, |&(_, amount)| amount as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const H100: TresIx = TresIx(4);

    #[test]
    fn each_rule_makes_its_own_sum() {
        // 16 CPUs, 2 GPUs of weight 16, and 32 for the node, where Slurm's example has memory.
        let weights = [(TresIx::CPU, 1.0), (TresIx::NODE, 32.0), (TresIx::GPU, 16.0)];
        let amounts = [(TresIx::CPU, 16), (TresIx::NODE, 1), (TresIx::GPU, 2), (H100, 2)];
        for (rule, expected) in [
            (BillingRule::Sum, 80.0),
            (BillingRule::MaxTres, 32.0),
            (BillingRule::MaxTresGres, 64.0),
        ] {
            assert_eq!(billing(&weights, rule, &amounts), expected, "{rule:?}");
        }
    }

    #[test]
    fn the_resource_is_the_integer_part() {
        let weights = [(TresIx::CPU, 1.0), (TresIx::GPU, 16.024_414_062_5)];
        let exact = billing(&weights, BillingRule::Sum, &[(TresIx::CPU, 1), (TresIx::GPU, 1)]);
        assert_eq!(exact, 17.024_414_062_5);
        assert_eq!(billing_tres(exact), 17);
    }

    #[test]
    fn a_weight_on_both_the_gpu_and_its_type_charges_twice() {
        let amounts = [(TresIx::GPU, 2), (H100, 2)];
        let weights = [(TresIx::GPU, 1.0), (H100, 2.0)];
        assert_eq!(billing(&weights, BillingRule::Sum, &amounts), 6.0);
        assert_eq!(
            billing(&[(H100, 2.0)], BillingRule::Sum, &[(TresIx::GPU, 2)]),
            0.0
        );
    }

    #[test]
    fn without_weights_cpus_are_billed_or_else_gpus() {
        let gpus = [(TresIx::GPU, 4)];
        assert_eq!(billing(&[], BillingRule::Sum, &gpus), 4.0);
        let both = [(TresIx::CPU, 32), (TresIx::GPU, 4)];
        assert_eq!(billing(&[], BillingRule::MaxTres, &both), 32.0);
    }
}
