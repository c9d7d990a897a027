//! The stored form: the same map comes back, and no bytes make a panic.

use super::partition::board_edition;
use super::sheet::{Sheet, at, polygon, rect};
use crate::atlas::{AreaLevel, Edition, Point, Unreadable};
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Holes, parts apart, an area without ground, and edges too long for 16-bit steps.
fn edition() -> Edition {
    let parts = json!([[rect(10.0, 0.0, 14.0, 10.0)], [rect(16.0, 0.0, 20.0, 10.0)]]);
    let enclave = rect(4.0, 4.0, 6.0, 6.0);
    Sheet::with_frame()
        .grid("RING", "C1", &[rect(0.0, 0.0, 10.0, 10.0), enclave.clone()])
        .grid("CORE", "C1", &[enclave])
        .draw("TWO", "grid", Some("C2"), json!({ "type": "MultiPolygon", "coordinates": parts }))
        .grid("MID", "C2", &[rect(14.0, 0.0, 16.0, 10.0)])
        .draw("楼", "building_group", Some("MID"), polygon(&[rect(14.5, 1.0, 15.0, 1.5)]))
        .warned()
        .0
}

#[test]
fn what_is_stored_is_the_same_map() {
    let edition = edition();
    let stored = Edition::from_bytes(&edition.to_bytes()).expect("a sound form");
    assert_eq!(stored.digest(), edition.digest());
    assert_eq!(stored.to_bytes(), edition.to_bytes());
    assert_eq!(stored.to_geojson(None), edition.to_geojson(None));
    assert_eq!(stored.areas().collect::<Vec<_>>(), edition.areas().collect::<Vec<_>>());
    assert!(stored.children("C1").eq(edition.children("C1")) && stored.children("C1").count() == 2);
    for x in 0..40 {
        let point = at(f64::from(x) / 2.0, 5.0);
        assert_eq!(stored.locate(point, Some(200.0)), edition.locate(point, Some(200.0)));
    }
    let nothing = Edition::from_bytes(&Edition::empty().to_bytes()).expect("the map of nowhere");
    assert!(nothing.is_empty());
}

#[test]
fn other_bytes_are_told_apart() {
    let bytes = edition().to_bytes();
    assert_eq!(Edition::from_bytes(b"").unwrap_err(), Unreadable::NotAMap);
    assert_eq!(Edition::from_bytes(b"{\"type\"").unwrap_err(), Unreadable::NotAMap);
    assert_eq!(Edition::from_bytes(&bytes[..8]).unwrap_err(), Unreadable::Damaged);
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(Edition::from_bytes(&newer).unwrap_err(), Unreadable::Version(9));
    let message = Edition::from_bytes(&newer).unwrap_err().to_string();
    assert_eq!(message, "a stored map of version 9; this program reads version 2");
}

#[test]
fn every_cut_and_every_changed_byte_is_noticed() {
    let bytes = edition().to_bytes();
    for at in 0..bytes.len() {
        assert!(Edition::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(Edition::from_bytes(&changed).is_err(), "changed at {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes whose digest was made to match are refused, or are a map that can be asked anything.
    #[test]
    fn a_forged_form_makes_no_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        x in -5.0..25.0_f64, y in -5.0..15.0_f64,
    ) {
        let mut bytes = edition().to_bytes();
        let body = bytes.len() - 32;
        for (place, byte) in changes {
            bytes[place.index(body)] = byte;
        }
        let digest = Sha256::digest(&bytes[..body]);
        bytes[body..].copy_from_slice(&digest);
        if let Ok(edition) = Edition::from_bytes(&bytes) {
            for point in [at(x, y), Point::new(x * 9.0, y * 6.0)] {
                edition.locate(point, Some(500.0));
                edition.owner_numbers(AreaLevel::Grid, &[point; 20]);
                edition.nearest(AreaLevel::Grid, point, 3, 5_000.0);
            }
            edition.digest();
            edition.bounds();
            prop_assert!(edition.areas().all(|area| edition.ladder(area.code).count() <= 6));
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_partition_comes_back(seed in any::<u16>()) {
        let edition = board_edition(u64::from(seed));
        let stored = Edition::from_bytes(&edition.to_bytes()).expect("a sound form");
        prop_assert_eq!(stored.digest(), edition.digest());
    }
}
