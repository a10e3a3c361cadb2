//! Fields of a reservation.

use super::{Control, Field, field};
use crate::cluster::kinds::Kind;
use crate::cluster::values::repeats;

/// In the order of the form: when, which nodes, who.
pub const FIELDS: &[Field] = &[
    field!(Usual "name" "Name" "ReservationName" "no name", Control::Text, policy.reservations => name as name),
    field!(Usual "start" "Begins, from the first Monday" "StartTime" "at once", Control::Time, policy.reservations => start as span),
    field!(Usual "duration" "Lasts" "Duration" "no time", Control::Time, policy.reservations => duration as span),
    field!(Usual "repeats" "Comes" "Flags" "once", Control::Choice(repeats::ALL), policy.reservations => repeats as repeats),
    field!(Usual "nodes" "Nodes" "Nodes" "all nodes", Control::Some(Kind::Nodes), policy.reservations => nodes as names),
    field!(Usual "accounts" "For these groups" "Accounts" "nobody", Control::Some(Kind::Groups), policy.reservations => accounts as names),
    field!(Usual "maint" "For maintenance" "MAINT" "no", Control::Tick, policy.reservations => maint as tick),
    field!(Usual "magnetic" "Used without being named" "MAGNETIC" "no", Control::Tick, policy.reservations => magnetic as tick),
    field!(Further "flex" "Its jobs may begin before and outlive it" "FLEX" "no", Control::Tick, policy.reservations => flex as tick),
    field!(Further "announced" "Made known, from the first Monday" "" "at once", Control::Time, policy.reservations => announced as span),
    field!(Further "people" "For these people, by number" "Users" "nobody", Control::Text, policy.reservations => people as people),
];
