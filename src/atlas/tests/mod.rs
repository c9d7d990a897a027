//! The map under test: small sheets drawn in metres-sized cells near Jimo, and generated partitions.

mod datums;
mod distances;
mod findings;
mod form;
mod insides;
mod locating;
mod nearest;
mod partition;
mod round_trip;
mod sheet;
