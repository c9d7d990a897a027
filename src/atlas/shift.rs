//! Does the whole map lie where another datum would put it?
//!
//! A map drawn over an Amap background and declared WGS-84 is sound in itself, and wrong everywhere by
//! half a kilometre. Only the edition before it can tell: areas of the same code have moved, all of
//! them, by what GCJ-02 or BD-09 bend there.

use super::datum::Datum;
use super::draft::Draft;
use super::edition::Edition;
use super::finding::{Finding, Flaw, Severity};
use super::inspect::Inspection;
use super::point::Point;
use super::shape::Bounds;

/// Areas compared at most, spread evenly over the codes.
const SAMPLE: usize = 1_000;
/// A shift is explained where what is left of it is below this share of it …
const EXPLAINED: f64 = 0.1;
/// … in this share of the areas: a district that has grown moves too, and its grids do not.
const ALL_BUT_FEW: f64 = 0.9;
/// No bend is as short as this, in metres.
const LEAST_M: f64 = 100.0;

/// The datums that differ by more than a hand's breadth.
const BENDS: [Datum; 3] = [Datum::Wgs84, Datum::Gcj02, Datum::Bd09];

/// Where an area was, and where it is now.
type Move = (Point, Point);

/// The finding, where the map is shifted by a bend; `declared` is the datum that it was read in.
pub(super) fn shift(drafts: &[Draft], declared: Datum, inspection: &Inspection) -> Option<Finding> {
    let moves = moves(drafts, inspection.previous?);
    let moved_m = quantile(0.5, moves.iter().map(|(was, is)| was.distance_m(*is)))?;
    if moved_m < LEAST_M {
        return None;
    }
    let (left_m, read_as, drawn_in) = readings()
        .filter_map(|(read_as, drawn_in)| {
            let left = moves.iter().map(|(was, is)| misread(*was, read_as, drawn_in).distance_m(*is));
            Some((quantile(ALL_BUT_FEW, left)?, read_as, drawn_in))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let declared = if declared == Datum::Cgcs2000 { Datum::Wgs84 } else { declared };
    let place = moves.first().map(|(_, is)| *is);
    (left_m < EXPLAINED * moved_m).then(|| {
        let finding = words(moved_m, moves.len(), read_as, drawn_in, declared).at(place);
        let severity = if inspection.accept_shift { Severity::Warning } else { Severity::Error };
        Finding { severity, ..finding }
    })
}

fn words(moved_m: f64, count: usize, read_as: Datum, drawn_in: Datum, declared: Datum) -> Finding {
    let (advice, advice_zh) = if read_as == declared {
        (
            format!("if it was drawn in {drawn_in}, write \"datum\": \"{drawn_in}\" in the file"),
            format!("若按 {drawn_in} 绘制,请在文件中写明 \"datum\": \"{drawn_in}\""),
        )
    } else {
        (
            format!("it seems that the previous edition was drawn in {read_as} and loaded as {drawn_in}"),
            format!("似乎是上一版按 {read_as} 绘制,却当作 {drawn_in} 导入"),
        )
    };
    let message = format!(
        "the whole map lies {moved_m:.0} m off the previous edition ({count} areas compared), as {drawn_in} \
         positions read as {read_as} do; {advice}; if the shift is meant, import with --accept-shift"
    );
    let message_zh = format!(
        "整张地图与上一版相差 {moved_m:.0} 米(比较了 {count} 个区域),正如把 {drawn_in} 坐标当作 {read_as}:\
         {advice_zh};若确系更正,请加 --accept-shift 导入"
    );
    Finding::error(Flaw::ShiftedDatum, message, message_zh)
}

/// Every way to take one datum for another: (read as, drawn in).
fn readings() -> impl Iterator<Item = (Datum, Datum)> {
    let pairs = BENDS.into_iter().flat_map(|a| BENDS.into_iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| a != b)
}

/// Where a true position comes to lie.
fn misread(truth: Point, read_as: Datum, drawn_in: Datum) -> Point {
    let (lon, lat) = drawn_in.from_wgs84(truth);
    read_as.to_wgs84(lon, lat)
}

/// The areas that have ground in both; the drafts are sorted by code.
fn moves(drafts: &[Draft], previous: &Edition) -> Vec<Move> {
    let known = |draft: &&Draft| !draft.parts.is_empty() && previous.area(&draft.code).is_some();
    let both: Vec<&Draft> = drafts.iter().filter(known).collect();
    let step = both.len().div_ceil(SAMPLE).max(1);
    let centres = both.iter().step_by(step).filter_map(|draft| {
        let is = Bounds::of(draft.rings().flatten().copied())?;
        Some((middle(previous.box_of(&draft.code)?), middle(is)))
    });
    centres.collect()
}

/// The middle of a box moves as its area does, and a corner more or less leaves it in place.
fn middle(bounds: Bounds) -> Point {
    let (south_west, north_east) = bounds.corners();
    let half = |a: f64, b: f64| f64::midpoint(a, b);
    Point::new(half(south_west.lon, north_east.lon), half(south_west.lat, north_east.lat))
}

fn quantile(share: f64, values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get((values.len() as f64 * share) as usize).copied()
}
