//! What the numbers of a drawing are: degrees, or metres of a Gauss–Krüger belt that are turned into
//! degrees. Only datums that are WGS-84 to a hand's breadth are taken: Beijing 1954 and Xi'an 1980 lie
//! tens of metres off by parameters that are not public, and must be turned by who has them.

use super::wkt::Node;
use crate::atlas::{Datum, Position, Rings};
use proj4rs::{Proj, transform::transform};

/// What to do instead.
const EXPORT: &str = "请导出为经纬度：CGCS2000 (EPSG:4490) 或 WGS 84 (EPSG:4326) \
                      export it in degrees: CGCS2000 (EPSG:4490) or WGS 84 (EPSG:4326)";

/// How a layer's numbers become degrees.
#[derive(Debug)]
pub struct Projection {
    pub datum: Datum,
    /// The plane that they are metres of, and the sphere of degrees; `None` where they are degrees.
    planes: Option<Box<(Proj, Proj)>>,
}

impl Projection {
    /// From the text of a `.prj`, or of a GeoPackage.
    ///
    /// # Errors
    /// When it is not understood, of another datum, or of another projection; with what to export.
    pub fn of_wkt(text: &str) -> Result<Self, String> {
        let wkt = Node::parse(text)
            .ok_or_else(|| format!("坐标系说明读不懂 the coordinate system is not understood; {EXPORT}"))?;
        let name = wkt.name().to_owned();
        let refused = |why: &str| format!("坐标系 {name}：{why}; {EXPORT}");
        let degrees = wkt.find(&["GEOGCS", "GEOGCRS", "GEODCRS", "BASEGEOGCRS", "BASEGEODCRS"]);
        let degrees = degrees.ok_or_else(|| refused("不是经纬度或其投影 no longitude and latitude"))?;
        let datum = datum(degrees)
            .ok_or_else(|| refused("基准不是 CGCS2000 或 WGS 84 its datum is neither CGCS2000 nor WGS 84"))?;
        let is_plane = ["PROJCS", "PROJCRS"].contains(&wkt.keyword.as_str());
        let planes = if is_plane { Some(Box::new(planes(&wkt).map_err(|why| refused(&why))?)) } else { None };
        Ok(Self { datum, planes })
    }

    /// The positions in degrees.
    pub fn degrees(&self, mut polygons: Vec<Rings>) -> Result<Vec<Rings>, String> {
        if let Some(planes) = &self.planes {
            for position in polygons.iter_mut().flatten().flatten() {
                *position = unproject(planes, *position)?;
            }
        }
        Ok(polygons)
    }
}

fn unproject((plane, sphere): &(Proj, Proj), (x, y): Position) -> Result<Position, String> {
    let mut point = (x, y, 0.0);
    let lost = |_| format!("坐标 {x:?}, {y:?} 不在投影带内 is not within the belt of its projection");
    transform(plane, sphere, &mut point).map_err(lost)?;
    Ok((point.0.to_degrees(), point.1.to_degrees()))
}

fn datum(degrees: &Node) -> Option<Datum> {
    let datum = degrees.find(&["DATUM", "ENSEMBLE"]).map_or("", Node::name);
    let words = format!("{} {datum}", degrees.name()).to_uppercase().replace(['_', ' ', '-'], "");
    if words.contains("CGCS2000") || words.contains("CHINA2000") || words.contains("COORDINATESYSTEM2000") {
        Some(Datum::Cgcs2000)
    } else if words.contains("WGS84")
        || words.contains("WGS1984")
        || words.contains("WORLDGEODETICSYSTEM1984")
    {
        Some(Datum::Wgs84)
    } else {
        None
    }
}

fn planes(wkt: &Node) -> Result<(Proj, Proj), String> {
    let method = wkt.find(&["PROJECTION", "METHOD"]).map_or("", Node::name).replace(' ', "_").to_uppercase();
    if !["TRANSVERSE_MERCATOR", "GAUSS_KRUGER"].contains(&method.as_str()) {
        return Err(format!("投影 {method} 不支持 the projection {method} is not supported"));
    }
    let unit = wkt.nodes.iter().find(|node| ["UNIT", "LENGTHUNIT"].contains(&node.keyword.as_str()));
    let metres = unit.and_then(|unit| unit.values.get(1)?.parse::<f64>().ok()).unwrap_or(1.0);
    if (metres - 1.0).abs() > 1e-9 {
        return Err("单位不是米 its unit is not the metre".into());
    }
    let parameter = |names: &[&str], usual: f64| wkt.parameter(names).unwrap_or(usual);
    let meridian = wkt
        .parameter(&["central_meridian", "longitude_of_natural_origin"])
        .ok_or("没有中央经线 it names no central meridian")?;
    let plane = format!(
        "+proj=etmerc +lat_0={} +lon_0={meridian} +k={} +x_0={} +y_0={} +ellps=GRS80 +units=m +no_defs",
        parameter(&["latitude_of_origin", "latitude_of_natural_origin"], 0.0),
        parameter(&["scale_factor", "scale_factor_at_natural_origin"], 1.0),
        parameter(&["false_easting"], 0.0),
        parameter(&["false_northing"], 0.0),
    );
    let build = |text: &str| Proj::from_proj_string(text).map_err(|error| error.to_string());
    Ok((build(&plane)?, build("+proj=longlat +ellps=GRS80 +no_defs")?))
}
