//! scratch
use sim_core::{engine::*, metrics::*, scenario::*, units::*, workload};
fn main() {
    for load in [850u32, 1100] {
        for cap in [None, Some(8u32)] {
            for rm in [None, Some(960 * 60)] {
                let mut s = Scenario::default();
                s.workload.activity_sigma = 1.2;
                s.workload.mix.large_x = 0.5;
                s.horizon = Horizon {
                    warm_up: Span::days(3),
                    measured: Span::days(11),
                };
                s.assumptions.load = PerMille(load);
                s.policy.qos[0].limits.max_tres_pu = cap;
                s.policy.qos[0].limits.max_tres_run_mins_pu = rm;
                let (c, _) = s.check().unwrap();
                for seed in 1..4 {
                    let d = workload::generate(&c, seed);
                    let go = |p| {
                        let specs = workload::jobs(&d, &c);
                        let w = Window {
                            from: Time(3 * 86400),
                            to: Time(14 * 86400),
                        };
                        let mut r = Run::of(&c, seed, &d, specs, w, Detail::Summary, p);
                        while r.advance(u32::MAX) < 1.0 {}
                        r.finish()
                    };
                    let t = std::time::Instant::now();
                    let a = go(Passes::WhereNeeded);
                    let ta = t.elapsed();
                    let t = std::time::Instant::now();
                    let b = go(Passes::Forced);
                    println!(
                        "{load} {cap:?} {rm:?} {seed} {} {:?}/{:?} {}/{} {}",
                        a.digest == b.digest,
                        ta,
                        t.elapsed(),
                        a.passes,
                        b.passes,
                        a.idle == b.idle && a.waiting == b.waiting
                    );
                }
            }
        }
    }
}
