//! scratch
use sim_core::{engine, metrics::*, scenario::*, units::*};
fn main() {
    for load in [850u32, 1100] {
        for cap in [None, Some(8u32)] {
            let mut s = Scenario::default();
            s.workload.activity_sigma = 1.2;
            s.workload.mix.large_x = 0.5;
            s.horizon = Horizon::PAGE;
            s.assumptions.load = PerMille(load);
            s.policy.qos[0].limits.max_tres_pu = cap;
            let (c, _) = s.check().unwrap();
            for seed in 1..4 {
                let t = std::time::Instant::now();
                let r = engine::run(&c, seed, Detail::Summary);
                let el = t.elapsed();
                let idle: u64 = r.idle.values().sum();
                assert_eq!(r.capacity, r.busy.total() + idle, "capacity");
                assert_eq!(r.wait_total, r.waiting.values().sum::<u64>(), "wait");
                println!(
                    "load {load} cap {cap:?} seed {seed}: {:?} used {:.3} useful {:.3} ready {:.3} n {} still {} passes {} ev {} {}",
                    el,
                    r.used(),
                    r.useful(),
                    r.readiness.share(),
                    r.submitted,
                    r.still_waiting,
                    r.passes,
                    r.events,
                    r.digest
                );
                println!(
                    "   idle {:?}",
                    r.idle
                        .iter()
                        .map(|(c, v)| (c.key(), (*v as f64 / r.capacity as f64 * 1000.0) as u32))
                        .collect::<Vec<_>>()
                );
                println!(
                    "   waiting {:?}",
                    r.waiting
                        .iter()
                        .map(|(c, v)| (c.code(), v / 3600))
                        .collect::<Vec<_>>()
                );
                println!(
                    "   p50 {:?}",
                    r.waits
                        .iter()
                        .map(|(c, w)| (c.key(), w.started.len(), quantile(w, 500), quantile(w, 900)))
                        .collect::<Vec<_>>()
                );
                println!("   {:?}", r.complaints);
            }
        }
    }
}
