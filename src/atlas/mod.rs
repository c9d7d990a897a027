//! The map: whose is this point?
//!
//! An [`Edition`] is read from GeoJSON and checked once, then never changes. [`Edition::locate`] tells
//! the one owner of a point in every layer, the ladder above it, and the neighbours that a coarse fix
//! leaves in doubt. [`Datum`] turns what phones give into WGS-84. All of it is pure: no I/O, no clock.
//!
//! Reading order: `point` (positions and the lattice), `shape` (the exact test), `index`, `plot`,
//! `layer`, `edition`, `locate`; then the way in: `inspect`, `collection`, `read`, `check` and what it
//! calls (`mend`, `ground`, `gap`, `shift`).
//!
//! Ownership is decided in whole numbers of 1e-7 degree; floating point is left to distances, checks
//! and labels.

mod area;
mod check;
mod collection;
mod coverage;
mod datum;
mod draft;
mod edition;
mod export;
mod feature;
mod finding;
mod findings;
mod form;
mod frame;
mod gap;
mod ground;
mod index;
mod inside;
mod inspect;
mod layer;
mod locate;
mod mainland;
mod mend;
mod metre;
mod node;
mod outline;
mod places;
mod planar;
mod plot;
mod point;
mod progress;
mod queue;
mod read;
mod register;
mod shape;
mod shift;
mod star;
mod view;

pub use area::{Area, AreaLevel, UnknownLevel};
pub use collection::Collection;
pub use datum::{Datum, UnknownDatum};
pub use edition::Edition;
pub use feature::{Feature, Position, Property, Rings};
pub use finding::{Finding, Flaw, Severity};
pub use findings::findings_geojson;
pub use form::Unreadable;
pub use inspect::Inspection;
pub use locate::{Candidate, Located};
pub use outline::Outline;
pub use places::Places;
pub use point::Point;
pub use progress::{Progress, Stage};
pub use view::View;

#[cfg(test)]
mod tests;
