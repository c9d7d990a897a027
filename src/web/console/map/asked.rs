//! What the page "whose is this point?" is asked for: the fields of its address, and coordinates as people
//! write them.

use super::HOME;
use crate::atlas::{Datum, Point};
use serde::Deserialize;

/// What a phone says of itself outdoors, metres.
const USUAL_RADIUS: &str = "30";

/// What was asked for in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub lat: String,
    #[serde(default)]
    pub lon: String,
    #[serde(default)]
    pub datum: String,
    #[serde(default)]
    pub accuracy: String,
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub edition: String,
}

impl Asked {
    /// The point in WGS-84; none where that is not what was typed.
    pub fn point(&self) -> Option<Point> {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let datum: Datum = if self.datum.is_empty() { Datum::default() } else { self.datum.parse().ok()? };
        let given = Point::checked(number(&self.lon)?, number(&self.lat)?)?;
        Some(datum.to_wgs84(given.lon, given.lat))
    }

    /// How far off the point may be, metres; none where that is not what was typed.
    pub fn metres(&self) -> Option<f64> {
        self.accuracy.trim().parse().ok().filter(|metres: &f64| metres.is_finite() && *metres >= 0.0)
    }

    pub fn address(&self) -> String {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("lat", &self.lat),
            ("lon", &self.lon),
            ("datum", &self.datum),
            ("accuracy", &self.accuracy),
            ("q", &self.q),
            ("edition", &self.edition),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
            address.append_pair(name, value);
        });
        format!("{HOME}?{}", address.finish())
    }
}

/// "lat, lon" as people write it. Map sites give longitude first: what cannot be a latitude is none.
pub(super) fn pair(text: &str) -> Option<(f64, f64)> {
    let mut parts = text.split([',', '，', ' ']).filter(|part| !part.is_empty());
    let (first, second) = (parts.next()?.parse::<f64>().ok()?, parts.next()?.parse::<f64>().ok()?);
    if parts.next().is_some() {
        return None;
    }
    Some(if first.abs() > 90.0 { (second, first) } else { (first, second) })
}

/// The radius that was asked for, else the usual one.
pub(super) fn radius(asked: &Asked) -> String {
    if asked.accuracy.trim().is_empty() { USUAL_RADIUS.to_owned() } else { asked.accuracy.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn coordinates_are_read_as_people_write_them() {
        assert_eq!(pair("36.39, 120.45"), Some((36.39, 120.45)));
        assert_eq!(pair("36.39，120.45"), Some((36.39, 120.45)));
        assert_eq!(pair("120.45,36.39"), Some((36.39, 120.45)), "as Amap and Baidu copy it");
        for text in ["华山社区", "000000123", "36.39", "36.39, 120.45, 3", "a, b", ""] {
            assert_eq!(pair(text), None, "{text}");
        }
    }
}
