//! scratch
use sim_core::{engine, metrics::*, scenario::*, units::*};
fn main() {
    let load: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut s = Scenario::default();
    s.workload.activity_sigma = 1.2;
    s.workload.mix.large_x = 0.5;
    s.horizon = Horizon::PAGE;
    s.assumptions.load = PerMille(load);
    s.policy.qos[0].limits.max_tres_pu = Some(8);
    let (c, _) = s.check().unwrap();
    let r = engine::run(&c, 2, Detail::Summary);
    println!("{} {}", r.digest, r.passes);
}
