//! The home page: a guess, then the slider; picture, complaints, numbers and answer follow from data made beforehand.

use crate::mount::Place;

/// Brings the home page's picture and slider to life.
pub fn mount(_place: Place) {}
