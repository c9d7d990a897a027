use super::*;
use crate::{
    app::import::read_map,
    atlas::{Inspection, Point, Position},
    store::written_package,
};
use shapefile::{Point as Corner, Polygon, PolygonRing, ShapeWriter};
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
const CGCS2000: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

fn gauss_kruger(degrees: &str, meridian: f64, easting: f64) -> String {
    format!(
        r#"PROJCS["CGCS2000_3_Degree_GK",{degrees},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting:.1}],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian:.1}],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
    )
}

/// West, south, east, north.
type Box4 = (f64, f64, f64, f64);

fn corners((west, south, east, north): Box4) -> Vec<Position> {
    vec![(west, south), (west, north), (east, north), (east, south), (west, south)]
}

/// A `.shp` with a shape of rings for each area.
fn shp(shapes: &[Vec<PolygonRing<Corner>>]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    {
        let mut writer = ShapeWriter::new(&mut bytes);
        for rings in shapes {
            writer.write_shape(&Polygon::with_rings(rings.clone())).unwrap();
        }
    }
    bytes.into_inner()
}

fn shell(corners: &[Position]) -> Vec<PolygonRing<Corner>> {
    vec![PolygonRing::Outer(corners.iter().map(|(x, y)| Corner::new(*x, *y)).collect())]
}

/// A dBASE table of text columns; the rows are bytes already.
fn dbf(columns: &[(&str, u8)], rows: &[Vec<Vec<u8>>], mark: u8) -> Vec<u8> {
    let width: u16 = 1 + columns.iter().map(|(_, width)| u16::from(*width)).sum::<u16>();
    let head = 32 + 32 * columns.len() as u16 + 1;
    let mut bytes = vec![3, 126, 11, 24];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend(head.to_le_bytes());
    bytes.extend(width.to_le_bytes());
    bytes.extend([0; 17]);
    bytes.push(mark);
    bytes.extend([0; 2]);
    for (name, width) in columns {
        let mut column = [0_u8; 32];
        column[..name.len()].copy_from_slice(name.as_bytes());
        column[11] = b'C';
        column[16] = *width;
        bytes.extend(column);
    }
    bytes.push(0x0D);
    for row in rows {
        bytes.push(b' ');
        for (cell, (_, width)) in row.iter().zip(columns) {
            let mut cell = cell.clone();
            cell.resize(usize::from(*width), b' ');
            bytes.extend(cell);
        }
    }
    bytes.push(0x1A);
    bytes
}

const COLUMNS: [(&str, u8); 5] = [("CODE", 20), ("Name", 40), ("LEVEL", 16), ("parent", 20), ("REMARK", 10)];

/// The four areas of a district with one grid, names encoded.
fn table(encode: impl Fn(&str) -> Vec<u8>, mark: u8) -> Vec<u8> {
    let rows = [
        ["370215", "即墨区", "district", "", "x"],
        ["370215001", "通济街道", "subdistrict", "370215", ""],
        ["370215001001", "墨河社区", "community", "370215001", ""],
        ["37021500100100123", "墨河第一网格", "grid", "370215001001", ""],
    ];
    let rows: Vec<Vec<Vec<u8>>> =
        rows.iter().map(|row| row.iter().map(|cell| encode(cell)).collect()).collect();
    dbf(&COLUMNS, &rows, mark)
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const PLACE: Box4 = (120.44, 36.38, 120.46, 36.40);

fn four(ring: &[Position]) -> Vec<u8> {
    shp(&[shell(ring), shell(ring), shell(ring), shell(ring)])
}

async fn read(bytes: &[u8]) -> crate::app::import::Map {
    let text = map_text(bytes, None).await.unwrap_or_else(|faults| panic!("{faults}")).text;
    read_map(&text, &Inspection::default()).unwrap_or_else(|found| panic!("{found:#?}\n{text}"))
}

async fn refused(bytes: &[u8]) -> String {
    map_text(bytes, None).await.expect_err("the file is bad").to_string()
}

#[tokio::test]
async fn a_zipped_shapefile_is_read_in_either_encoding() {
    let shapes = four(&corners(PLACE));
    let utf8 = |text: &str| text.as_bytes().to_vec();
    let cases: [(&str, Vec<u8>, Option<&str>); 5] = [
        ("UTF-8 by .cpg", table(utf8, 0), Some("UTF-8")),
        ("GBK by .cpg", table(gbk, 0), Some("GBK\r\n")),
        ("GBK by number", table(gbk, 0), Some("936")),
        ("GBK by the mark", table(gbk, 0x4D), None),
        ("GBK by its look", table(gbk, 0), None),
    ];
    for (way, table, cpg) in cases {
        let mut files: Vec<(&str, &[u8])> =
            vec![("即墨/map.SHP", &shapes), ("即墨/map.dbf", &table), ("即墨/map.prj", CGCS2000.as_bytes())];
        files.extend(cpg.map(|cpg| ("即墨/map.cpg", cpg.as_bytes())));
        let map = read(&zipped(&files)).await;
        let grid = map.edition.area("37021500100100123").expect(way);
        assert_eq!((grid.name, grid.parent), ("墨河第一网格", Some("370215001001")), "{way}");
        assert_eq!(
            map.edition.locate(Point::new(120.45, 36.39), None).grid.as_deref(),
            Some("37021500100100123")
        );
        assert_eq!(map.warnings, [], "{way}");
    }
}

#[tokio::test]
async fn layers_lend_their_level_and_holes_find_their_shell() {
    let ring = |place: Box4| corners(place).iter().map(|(x, y)| Corner::new(*x, *y)).collect::<Vec<_>>();
    let mut hole = ring((120.445, 36.385, 120.447, 36.387));
    hole.reverse();
    let with_hole = vec![PolygonRing::Outer(ring(PLACE)), PolygonRing::Inner(hole)];
    let core = shell(&corners((120.445, 36.385, 120.447, 36.387)));
    let rows = |rows: &[[&str; 3]]| {
        let rows: Vec<Vec<Vec<u8>>> =
            rows.iter().map(|row| row.iter().map(|cell| cell.as_bytes().to_vec()).collect()).collect();
        dbf(&[("code", 10), ("name", 10), ("parent", 10)], &rows, 0)
    };
    let whole = shp(&[shell(&corners(PLACE))]);
    let (d, s, c) = (rows(&[["D", "D", ""]]), rows(&[["S", "S", "D"]]), rows(&[["C", "C", "S"]]));
    let (grids, table) = (shp(&[with_hole, core]), rows(&[["G1", "ring", "C"], ["G2", "core", "C"]]));
    let prj = WGS84.as_bytes();
    let map = read(&zipped(&[
        ("district.shp", &whole),
        ("district.dbf", &d),
        ("district.prj", prj),
        ("subdistrict.shp", &whole),
        ("subdistrict.dbf", &s),
        ("subdistrict.prj", prj),
        ("Community.shp", &whole),
        ("Community.dbf", &c),
        ("Community.prj", prj),
        ("grid.shp", &grids),
        ("grid.dbf", &table),
        ("grid.prj", prj),
        ("readme.txt", b"x"),
    ]))
    .await;
    let owner = |lon, lat| map.edition.locate(Point::new(lon, lat), None).grid;
    assert_eq!(owner(120.446, 36.386).as_deref(), Some("G2"));
    assert_eq!(owner(120.450, 36.386).as_deref(), Some("G1"));
    assert_eq!(map.warnings, []);
}

/// The meridian's arc from the equator to 36° on GRS 80, integrated numerically.
const MERIDIAN_36_M: f64 = 3_985_542.670_3;
/// 120.44° E, 36.38° N in the belt of 120° E, metres east of the meridian and north, by Krüger's series.
const JIMO_M: Position = (39_480.940_8, 4_027_798.349_2);

#[tokio::test]
async fn metres_of_a_gauss_kruger_belt_become_degrees() {
    for easting in [500_000.0, 40_500_000.0] {
        let prj = gauss_kruger(CGCS2000, 120.0, easting);
        let projection = Projection::of_wkt(&prj).unwrap();
        let degrees =
            |x: f64, y: f64| projection.degrees(vec![vec![vec![(easting + x, y)]]]).unwrap()[0][0][0];
        let off = |(lon, lat): Position, expected: Point| Point::new(lon, lat).distance_m(expected);
        assert!(off(degrees(0.0, MERIDIAN_36_M), Point::new(120.0, 36.0)) < 0.001);
        assert!(off(degrees(JIMO_M.0, JIMO_M.1), Point::new(120.44, 36.38)) < 0.001);
        let place = corners((easting + 39_000.0, 4_027_000.0, easting + 41_000.0, 4_029_000.0));
        let table = table(gbk, 0);
        let files = zipped(&[("m.shp", &four(&place)), ("m.dbf", &table), ("m.prj", prj.as_bytes())]);
        let map = read(&files).await;
        assert!(
            map.edition.locate(Point::new(120.445, 36.38), None).grid.is_some(),
            "{:?}",
            map.edition.bounds()
        );
    }
}

#[tokio::test]
async fn other_coordinates_are_refused_with_what_to_export() {
    let (shapes, table) = (four(&corners(PLACE)), table(gbk, 0));
    let beijing = CGCS2000
        .replace("China_Geodetic_Coordinate_System_2000", "Beijing_1954")
        .replace("D_China_2000", "D_Beijing_1954");
    let mercator =
        format!(r#"PROJCS["Web",{WGS84},PROJECTION["Mercator_Auxiliary_Sphere"],UNIT["Meter",1.0]]"#);
    let feet =
        gauss_kruger(CGCS2000, 120.0, 500_000.0).replace(r#"UNIT["Meter",1.0]"#, r#"UNIT["Foot",0.3048]"#);
    let deep = format!("{}{}", "A[".repeat(10_000), "]".repeat(10_000));
    for prj in [
        beijing.as_str(),
        &gauss_kruger(&beijing, 120.0, 5e5),
        &mercator,
        &feet,
        "nonsense",
        &deep,
        "LOCAL_CS[\"x\"]",
    ] {
        let told =
            refused(&zipped(&[("m.shp", &shapes), ("m.dbf", &table), ("m.prj", prj.as_bytes())])).await;
        assert!(told.contains("EPSG:4490") && told.contains("layer m"), "{told}");
    }
    let bare = zipped(&[("m.shp", &shapes), ("m.dbf", &table)]);
    assert!(refused(&bare).await.contains("--datum"));
    let given = map_text(&bare, Some(Datum::Gcj02)).await.unwrap();
    assert!(given.text.contains(r#""datum":"gcj02""#));
    assert_eq!(given.warning, None, "the file says nothing else");
}

#[tokio::test]
async fn a_datum_beside_a_prj_that_says_another_is_told_or_refused() {
    let (shapes, table) = (four(&corners(PLACE)), table(gbk, 0));
    let of = |prj: &str| zipped(&[("m.shp", &shapes), ("m.dbf", &table), ("m.prj", prj.as_bytes())]);
    let (wgs84, cgcs2000) = (of(WGS84), of(CGCS2000));
    let shifted = map_text(&wgs84, Some(Datum::Gcj02)).await.unwrap();
    assert!(shifted.text.contains(r#""datum":"gcj02""#));
    let told = shifted.warning.expect("a warning");
    assert!(told.contains("WGS 84") && told.contains("gcj02"), "{told}");
    let refused = map_text(&cgcs2000, Some(Datum::Bd09)).await.unwrap_err().to_string();
    assert!(refused.contains("CGCS2000") && refused.contains("layer m"), "{refused}");
    for (file, datum) in [(&wgs84, Datum::Cgcs2000), (&cgcs2000, Datum::Wgs84), (&wgs84, Datum::Wgs84)] {
        assert_eq!(map_text(file, Some(datum)).await.unwrap().warning, None, "the same ground");
    }
}

#[tokio::test]
async fn the_datum_of_a_geojson_is_said_once() {
    let text = r#"{"type":"FeatureCollection","features":[{}]}"#;
    let given = map_text(text.as_bytes(), Some(Datum::Bd09)).await.unwrap().text;
    assert_eq!(crate::atlas::Collection::open(&given).unwrap().datum, Datum::Bd09);
    let twice = text.replace("{\"type\"", "{\"datum\":\"gcj02\",\"type\"");
    let given = map_text(twice.as_bytes(), Some(Datum::Bd09)).await.unwrap().text;
    let told = crate::atlas::Collection::open(&given).unwrap_err().to_string();
    assert!(told.contains("duplicate field `datum`"), "{told}");
}

#[tokio::test]
async fn broken_files_are_told_wherever_they_are_cut() {
    let (shapes, table) = (four(&corners(PLACE)), table(gbk, 0));
    let prj = WGS84.as_bytes();
    let whole = zipped(&[("m.shp", &shapes), ("m.dbf", &table), ("m.prj", prj)]);
    for end in (0..whole.len()).step_by(41) {
        assert!(map_text(&whole[..end], None).await.is_err() || end == 0, "cut at {end}");
    }
    for end in (0..shapes.len()).step_by(7) {
        let told = refused(&zipped(&[("m.shp", &shapes[..end]), ("m.dbf", &table), ("m.prj", prj)])).await;
        assert!(told.contains("layer m"), "{told}");
    }
    for end in (0..table.len() - 1).step_by(7) {
        let told = refused(&zipped(&[("m.shp", &shapes), ("m.dbf", &table[..end]), ("m.prj", prj)])).await;
        assert!(told.contains(".dbf"), "{told}");
    }
    assert!(refused(&zipped(&[("m.txt", b"x")])).await.contains(".shp"));
    assert!(refused(&zipped(&[("m.shp", &shapes), ("m.prj", prj)])).await.contains(".dbf"));
    assert!(refused(b"\xFF\xFE\x00").await.contains("GeoPackage"));
    let nan = four(&[(f64::NAN, 36.0), (120.0, 37.0), (121.0, 37.0), (f64::NAN, 36.0)]);
    let told = refused(&zipped(&[("m.shp", &nan), ("m.dbf", &table), ("m.prj", prj)])).await;
    assert!(told.contains("#1") && told.contains("no number"), "{told}");
}

/// Every byte of the shapes turned over, one after another: an error or a map, never a panic.
#[tokio::test]
async fn a_flipped_byte_never_panics() {
    let (shapes, table) = (four(&corners(PLACE)), table(gbk, 0));
    for at in 0..shapes.len() {
        let mut broken = shapes.clone();
        broken[at] ^= 0xFF;
        drop(shape::polygons(&broken));
    }
    for at in 0..200.min(table.len()) {
        let mut broken = table.clone();
        broken[at] ^= 0xFF;
        drop(dbf::rows(&broken, None));
    }
    let blob = blob(&corners(PLACE));
    for at in 0..blob.len() {
        let mut broken = blob.clone();
        broken[at] ^= 0xFF;
        drop(wkb::polygons(&broken));
        assert!(wkb::polygons(&blob[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0; 4 << 20];
    let bomb = zipped(&[("m.shp", &zeros), ("m.dbf", &zeros)]);
    assert!(bomb.len() < 20_000, "it is small: {}", bomb.len());
    let told = zipped::layers_within(&bomb, 1 << 20).expect_err("too much").to_string();
    assert!(told.contains("more than 1 MB") && told.contains("m.shp"), "{told}");
    // Each of them alone would fit.
    let told = zipped::layers_within(&bomb, 6 << 20).expect_err("too much").to_string();
    assert!(told.contains("more than 6 MB") && told.contains("m.dbf"), "{told}");
}

/// A GeoPackage blob with a two-dimensional polygon, little-endian, without a box.
fn blob(ring: &[Position]) -> Vec<u8> {
    let mut bytes = vec![b'G', b'P', 0, 1];
    bytes.extend(4490_u32.to_le_bytes());
    bytes.push(1);
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((ring.len() as u32).to_le_bytes());
    for (x, y) in ring {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    bytes
}

#[test]
fn binary_geometry_in_every_dress() {
    let ring = corners(PLACE);
    let plain = blob(&ring);
    assert_eq!(wkb::polygons(&plain).unwrap(), [vec![ring.clone()]]);
    // With a box before it.
    let mut boxed = plain.clone();
    boxed[3] = 0b11;
    boxed.splice(8..8, [0; 32]);
    assert_eq!(wkb::polygons(&boxed).unwrap(), [vec![ring.clone()]]);
    // Two parts with heights, big-endian (ISO code 1006 and 1003).
    let mut tall = plain[..8].to_vec();
    tall.push(0);
    tall.extend(1006_u32.to_be_bytes());
    tall.extend(2_u32.to_be_bytes());
    for _ in 0..2 {
        tall.push(0);
        tall.extend(1003_u32.to_be_bytes());
        tall.extend(1_u32.to_be_bytes());
        tall.extend((ring.len() as u32).to_be_bytes());
        for (x, y) in &ring {
            tall.extend([*x, *y, 17.0].iter().flat_map(|number| number.to_be_bytes()));
        }
    }
    assert_eq!(wkb::polygons(&tall).unwrap(), [vec![ring.clone()], vec![ring.clone()]]);
    let mut point = plain.clone();
    point[9] = 1;
    assert!(wkb::polygons(&point).unwrap_err().contains("Point"));
    let mut greedy = plain;
    greedy[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(wkb::polygons(&greedy).unwrap_err().contains("cut short"));
}

fn hex(bytes: &[u8]) -> String {
    format!("x'{}'", hex::encode(bytes))
}

/// A GeoPackage with the four areas in a table, in the coordinates of the text.
async fn package(wkt: &str, ring: &[Position], more: &[&str]) -> Vec<u8> {
    let ground = hex(&blob(ring));
    let insert = |code: &str, name: &str, level: &str, parent: &str| {
        format!(
            "INSERT INTO map (geom, Code, NAME, level, parent) VALUES ({ground}, '{code}', '{name}', '{level}', {parent})"
        )
    };
    let mut statements: Vec<String> = vec![
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, \
         organization_coordsys_id INTEGER, definition TEXT, description TEXT)".into(),
        "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER)".into(),
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER)".into(),
        format!("INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 4490, 'EPSG', 4490, '{wkt}', NULL)"),
        "INSERT INTO gpkg_contents VALUES ('map', 'features', 'map', 4490)".into(),
        "INSERT INTO gpkg_geometry_columns VALUES ('map', 'geom', 'POLYGON', 4490)".into(),
        "CREATE TABLE map (fid INTEGER PRIMARY KEY, geom BLOB, Code INTEGER, NAME TEXT, level TEXT, parent TEXT)".into(),
        insert("370215", "即墨区", "district", "NULL"),
        insert("370215001", "通济街道", "subdistrict", "'370215'"),
        insert("370215001001", "墨河社区", "community", "'370215001'"),
        insert("370215001001001", "墨河第一网格", "grid", "'370215001001'"),
    ];
    statements.extend(more.iter().map(|text| (*text).to_owned()));
    written_package(&statements).await
}

#[tokio::test]
async fn a_geopackage_is_read() {
    let bytes = package(CGCS2000, &corners(PLACE), &[]).await;
    let map = read(&bytes).await;
    let grid = map.edition.area("370215001001001").expect("the grid");
    assert_eq!((grid.name, grid.parent), ("墨河第一网格", Some("370215001001")));
    assert!(map_text(&bytes, None).await.unwrap().text.contains(r#""datum":"cgcs2000""#));
    let belt = gauss_kruger(CGCS2000, 120.0, 500_000.0);
    let place = corners((539_000.0, 4_027_000.0, 541_000.0, 4_029_000.0));
    let map = read(&package(&belt, &place, &[]).await).await;
    assert!(map.edition.locate(Point::new(120.445, 36.38), None).grid.is_some());
}

#[tokio::test]
async fn a_broken_or_sly_geopackage_is_told() {
    let whole = package(CGCS2000, &corners(PLACE), &[]).await;
    for end in [16, 100, 1000, 4096, whole.len() / 2] {
        assert!(refused(&whole[..end]).await.contains("GeoPackage"), "cut at {end}");
    }
    let empty = written_package(&["CREATE TABLE map (a)".to_owned()]).await;
    assert!(refused(&empty).await.contains("cannot be read"));
    // What a view computes is no table, and is not asked for.
    let sly = ["DROP TABLE map", "CREATE VIEW map AS SELECT zeroblob(2000000000) AS geom, 1 AS fid"];
    assert!(refused(&package(CGCS2000, &corners(PLACE), &sly).await).await.contains("no feature table"));
    let cut = ["UPDATE map SET geom = substr(geom, 1, 40)"];
    let told = refused(&package(CGCS2000, &corners(PLACE), &cut).await).await;
    assert!(told.contains("layer map: #1") && told.contains("cut short"), "{told}");
}

#[test]
fn a_map_that_no_database_could_keep_is_refused_with_its_size() {
    fits(LONGEST).unwrap();
    let told = fits(LONGEST + 1_000_000).unwrap_err().to_string();
    assert!(told.contains("951 MB") && told.contains("950 MB"), "{told}");
}
