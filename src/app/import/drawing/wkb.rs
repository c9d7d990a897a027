//! The ground of a GeoPackage's feature: a GeoPackage header and well-known binary.
//!
//! The crate `wkb` would bring a second `thiserror` and trusts the counts that it reads; polygons are
//! all that is asked for here.

use crate::atlas::{Position, Rings};

const CUT: &str = "几何数据不完整 the geometry is cut short";

/// The polygons of a geometry blob.
pub fn polygons(blob: &[u8]) -> Result<Vec<Rings>, String> {
    let [b'G', b'P', _, flags, ..] = blob else {
        return Err("不是 GeoPackage 几何 no GeoPackage geometry".into());
    };
    // Bits 1 to 3 say how long the box is that stands before the geometry.
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(CUT.into()),
    };
    let bytes = blob.get(8 + envelope..).ok_or(CUT)?;
    let mut polygons = Vec::new();
    geometry(&mut Bytes { bytes, is_little: true }, &mut polygons, true)?;
    Ok(polygons)
}

struct Bytes<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>().ok_or(CUT)?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn float(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things of at least `size` bytes each: no more than there are bytes for.
    fn count(&mut self, size: usize) -> Result<usize, String> {
        let count = self.number()? as usize;
        if count > self.bytes.len() / size { Err(CUT.into()) } else { Ok(count) }
    }
}

fn geometry(bytes: &mut Bytes, polygons: &mut Vec<Rings>, is_outermost: bool) -> Result<(), String> {
    let [order] = bytes.take()?;
    bytes.is_little = order == 1;
    let code = bytes.number()?;
    // ISO writes 1000 for a height, EWKB a high bit; the height is passed over.
    let kind = (code & 0x0FFF_FFFF) % 1000;
    let thousands = (code & 0x0FFF_FFFF) / 1000;
    let heights = usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
    let heights = heights.max([0, 1, 1, 2].get(thousands as usize).copied().unwrap_or(0));
    match kind {
        3 => {
            let rings = bytes.count(4)?;
            let rings: Rings = (0..rings).map(|_| ring(bytes, heights)).collect::<Result<_, _>>()?;
            if !rings.is_empty() {
                polygons.push(rings);
            }
            Ok(())
        }
        6 if is_outermost => {
            let parts = bytes.count(9)?;
            (0..parts).try_for_each(|_| geometry(bytes, polygons, false))
        }
        other => {
            let name = ["?", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString"];
            let name = name.get(other as usize).copied().unwrap_or("GeometryCollection");
            Err(format!("是 {name}，须为 Polygon 或 MultiPolygon it is a {name}; areas need polygons"))
        }
    }
}

fn ring(bytes: &mut Bytes, heights: usize) -> Result<Vec<Position>, String> {
    let count = bytes.count(16 + 8 * heights)?;
    let mut ring = Vec::with_capacity(count);
    for _ in 0..count {
        ring.push((bytes.float()?, bytes.float()?));
        for _ in 0..heights {
            bytes.float()?;
        }
    }
    Ok(ring)
}
