//! What the generated district promises, and what the city's data files promise.

mod city;
mod map;
mod people;
