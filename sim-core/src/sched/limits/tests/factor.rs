//! LimitFactor: what a QOS makes of the limits of associations.

use super::*;

#[test]
fn limit_factor_multiplies_what_associations_may_hold() {
    let mut scenario = scenario();
    let lab = &mut scenario.policy.associations.accounts[0].limits;
    lab.grp_tres = counts("gres/gpu=5");
    lab.max_tres = counts("gres/gpu=3");
    lab.max_tres_mins = counts("gres/gpu=100");
    let more = QosSpec {
        name: String::from("more"),
        limit_factor: Some(1.5),
        ..QosSpec::default()
    };
    scenario.policy.qos.push(more);
    let with = |gpus, minutes| Request {
        qos: QosId(1),
        ..ask(0, gpus, minutes)
    };
    let mut place = Place::new(scenario.clone());
    assert_eq!(place.numbers(ask(0, 4, 10)), (0, 4, 3));
    assert_eq!(place.says(with(4, 10)), "", "3 times 1.5 is 4 whole ones");
    assert_eq!(place.numbers(with(5, 10)), (0, 5, 4));
    assert_eq!(
        place.says(with(4, 26)),
        "AssocMaxGRESMinutesPerJob",
        "minutes stay"
    );
    place.run(with(4, 10), 0);
    assert_eq!(place.numbers(ask(1, 2, 10)), (4, 2, 5));
    assert_eq!(place.says(with(3, 10)), "");
    assert_eq!(place.numbers(with(4, 10)), (4, 4, 7));
    // The partition's QOS comes first, where it has a factor.
    scenario.policy.partitions[0].qos = Some(String::from("part"));
    scenario.policy.qos.push(QosSpec {
        name: String::from("part"),
        ..QosSpec::default()
    });
    assert_eq!(Place::new(scenario.clone()).numbers(with(5, 10)), (0, 5, 4));
    scenario.policy.qos[2].limit_factor = Some(2.0);
    assert_eq!(Place::new(scenario.clone()).numbers(with(7, 10)), (0, 7, 6));
    scenario.policy.qos[1].over_part_qos = true;
    assert_eq!(Place::new(scenario).numbers(with(7, 10)), (0, 7, 4));
}
