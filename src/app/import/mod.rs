//! Files of a city come in: the map, the rosters, the catalogue, the calendar.
//!
//! Reading is pure: bytes in, domain values or every fault of the file out ([`Faults`]), each with its line.
//! A file with a single fault is not loaded at all. The readers take the organisation as it is, so that a
//! person in an unknown unit is found before anything is written.

mod calendar;
mod catalogue;
mod drawing;
mod duty;
mod fault;
mod load;
mod map;
mod offices;
mod people;
mod phone;
mod recompute;
mod sheet;
mod stations;
#[cfg(test)]
mod tests;

pub use calendar::{Day, read_calendar};
pub use catalogue::read_catalogue;
pub use drawing::{MapText, map_text};
pub use duty::{Turn, read_duty};
pub use fault::{Fault, Faults};
pub use load::{Error, Loaded, Loader};
pub use map::{Map, finding_line, read_map, units_of};
pub use offices::read_offices;
pub use people::{PersonRow, read_people};
pub use recompute::recompute;
pub use stations::{Station, read_stations};
