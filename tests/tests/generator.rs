//! The workload generator against the figures of real traces.
use sim_core::scenario::{Checked, Horizon, Scenario, NodeGroup};
use sim_core::units::*;
use sim_core::workload::{generate, jobs, Class, Outcome};

fn checked(s: Scenario) -> Checked { s.check().expect("valid").0 }

#[test]
fn smoke() {
    for large in [0.0, 0.5, 1.0] {
    for sigma in [0.5, 0.8, 1.0, 1.2, 1.4, 1.6, 2.0] {
        let mut shares = vec![]; let mut loads=vec![]; let mut n=0; let mut dom=0.;
        for seed in 1..=40 {
            let mut s = Scenario::default();
            s.horizon = Horizon::PAGE;
            s.workload.activity_sigma = sigma;
            s.workload.mix.large_x = large;
            let c = checked(s);
            let d = generate(&c, seed);
            let mut by = vec![0u64; d.people.len()];
            for i in d.intents.iter() { by[i.user.0 as usize] += u64::from(i.work.0); }
            let total: u64 = by.iter().sum();
            n += d.intents.len();
            let l: u64 = d.intents.iter().filter(|i| i.class==Class::Large).map(|i| u64::from(i.work.0)).sum();
            dom += l as f64/total as f64;
            shares.push(*by.iter().max().unwrap() as f64 / total as f64);
            loads.push((total as f64 / (32.0*35.0*86400.0)*1000.).round()/1000.);
        }
        shares.sort_by(f64::total_cmp);
        loads.sort_by(f64::total_cmp);
        println!("large_x {large} sigma {sigma}: top share p10 {:.3} p50 {:.3} p90 {:.3} max {:.3}; loads {:.3} .. {:.3}; intents {} large share {:.2}", shares[4], shares[20], shares[36], shares[39], loads[0], loads[39], n/40, dom/40.);
    }}
}

#[test]
fn bands() {
    for seed in 1..=4u64 {
        let mut s = Scenario::default();
        s.cluster.nodes = vec![NodeGroup { count: 29, gpus: 8, ..NodeGroup::default() }];
        s.workload.people = 400;
        s.workload.accounts = 20;
        s.horizon = Horizon { warm_up: Span::ZERO, measured: Span::days(181) };
        s.policy.partitions[0].max_time = Span::days(7);
        let c = checked(s);
        let t = std::time::Instant::now();
        let d = generate(&c, seed);
        let g = t.elapsed();
        let js = jobs(&d, &c);
        let r = t.elapsed();
        println!("--- seed {seed} gen {g:?} all {r:?} intents {} jobs {}", d.intents.len(), js.len());
        let mut rt: Vec<u32> = js.iter().map(|j| j.runtime.0).collect();
        rt.sort();
        let q = |p: f64| rt[((rt.len()-1) as f64 * p) as usize];
        println!("runtime p50 {} p90 {:.2}h p99 {:.1}h", q(0.5), q(0.9) as f64/3600., q(0.99) as f64/3600.);
        let le = |x: u32| rt.iter().filter(|&&r| r<=x).count() as f64/rt.len() as f64*100.;
        println!("<=60 {:.1} <=5m {:.1} <=1h {:.1} <=1d {:.1}", le(60), le(300), le(3600), le(86400));
        let gh = |f: &dyn Fn(&sim_core::workload::JobSpec)->bool| js.iter().filter(|j| f(j)).map(|j| u64::from(j.runtime.0)*u64::from(j.request.gpus())).sum::<u64>() as f64;
        let all = gh(&|_| true);
        println!("GPUh >4h {:.1} >1d {:.1}; 1 GPU {:.1} <=8 {:.1}; jobs on 1 {:.1}; per job {:.2}", 100.*gh(&|j| j.runtime.0>14400)/all, 100.*gh(&|j| j.runtime.0>86400)/all, 100.*gh(&|j| j.request.gpus()==1)/all, 100.*gh(&|j| j.request.gpus()<=8)/all, 100.*js.iter().filter(|j| j.request.gpus()==1).count() as f64/js.len() as f64, all/3600./js.len() as f64);
        let oc = |o: Outcome| d.intents.iter().filter(move |i| i.outcome==o);
        let tot = d.intents.iter().map(|i| i.work.0 as u64).sum::<u64>() as f64;
        for o in [Outcome::Completes, Outcome::Cancelled, Outcome::Fails, Outcome::HitsLimit] {
            print!("{o:?} {:.1} / {:.1}; ", 100.*oc(o).count() as f64/d.intents.len() as f64, 100.*oc(o).map(|i| i.work.0 as u64).sum::<u64>() as f64/tot);
        }
        println!();
        for cl in Class::ALL { let n = d.intents.iter().filter(|i| i.class==cl); print!("{} {:.1}/{:.1} ", cl.key(), 100.*n.clone().count() as f64/d.intents.len() as f64, 100.*n.map(|i| i.work.0 as u64).sum::<u64>() as f64/tot); }
        println!();
        let mut by = vec![0u64; 400];
        for i in d.intents.iter() { by[i.user.0 as usize] += u64::from(i.work.0); }
        by.sort(); by.reverse();
        let top = |n: usize| 100.*by[..n].iter().sum::<u64>() as f64/tot;
        let gini = { let n=400.; let mut a=by.clone(); a.sort(); let s: f64 = a.iter().enumerate().map(|(i,x)| (2.*(i as f64+1.)-n-1.)*(*x as f64)).sum(); s/(n*tot) };
        println!("top5 {:.1} 10 {:.1} 20 {:.1} gini {:.3} biggest {:.1}", top(20), top(40), top(80), gini, top(1));
        let vm = |w: u32| { let n=(181*86400/w) as usize; let mut c=vec![0f64;n]; for i in d.intents.iter() { let k=(i.asked.0/w) as usize; if k<n {c[k]+=1.;} } let m=c.iter().sum::<f64>()/n as f64; let v=c.iter().map(|x|(x-m)*(x-m)).sum::<f64>()/n as f64; (v/m, v.sqrt()/m, c.iter().cloned().fold(0.,f64::max)/m) };
        println!("vm 10m {:.0} 1h {:.0} 6h {:.0} d {:.0} w {:.0}; CV d {:.2} w {:.2}; busiest {:.2}", vm(600).0, vm(3600).0, vm(21600).0, vm(86400).0, vm(604800).0, vm(86400).1, vm(604800).1, vm(86400).2);
        let mut per: Vec<Vec<u32>> = vec![vec![];400];
        for i in d.intents.iter() { per[i.user.0 as usize].push(i.asked.0); }
        let mut b: Vec<u32> = vec![];
        for p in per { let mut last=None; for t in p { match last { Some(l) if t-l<=60 => *b.last_mut().unwrap()+=1, _ => b.push(1) } last=Some(t);} }
        b.sort();
        let n=b.len(); let j: u32=b.iter().sum();
        println!("batches mean {:.2} single {:.1} p95 {} p99 {} 10+ {:.1}", j as f64/n as f64, 100.*b.iter().filter(|&&x| x==1).count() as f64/n as f64, b[n*95/100], b[n*99/100], 100.*b.iter().filter(|&&x| x>=10).sum::<u32>() as f64/j as f64);
        let mut acc: Vec<f64> = js.iter().map(|j| j.runtime.0 as f64/(j.request.limit.0.min(432000).max(j.runtime.0)) as f64).collect();
        acc.sort_by(f64::total_cmp);
        println!("used/req mean {:.3} median {:.3}; at max {:.2}", acc.iter().sum::<f64>()/acc.len() as f64, acc[acc.len()/2], js.iter().filter(|j| j.request.limit==Span::days(7)).count() as f64/js.len() as f64);
    }
}
