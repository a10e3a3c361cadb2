//! One seed → independent random streams by purpose and person, so that no draw depends on another purpose.
