//! Somebody else's SQLite file: the feature tables of a GeoPackage (OGC 12-128), read and never written.
//!
//! The file is a stranger's. It is opened read-only, plain tables are read and no views, and of their
//! columns only those that are stored: what would be computed by the file's own expressions is not.

use super::Result;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::path::Path;

/// A feature table.
#[derive(Debug)]
pub struct DrawnTable {
    /// Its name.
    pub name: String,
    /// The well-known text of its coordinate system, where the file has one.
    pub srs: Option<String>,
    /// The columns of the cells.
    pub columns: Vec<String>,
    /// The rows, in the order of the file.
    pub rows: Vec<DrawnRow>,
}

/// A row of a feature table.
#[derive(Debug)]
pub struct DrawnRow {
    /// A cell for each column, as text.
    pub cells: Vec<Option<String>>,
    /// The geometry, as the file has it.
    pub ground: Option<Vec<u8>>,
}

/// Reads the feature tables of a file, in the order of their names.
///
/// # Errors
/// When it is no GeoPackage, or a broken one.
pub async fn read_geopackage(path: &Path) -> Result<Vec<DrawnTable>> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=ro&immutable=true", path.display()));
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let read = tables(&db).await;
    db.close().await?;
    read
}

async fn tables(db: &DatabaseConnection) -> Result<Vec<DrawnTable>> {
    db.execute_unprepared("PRAGMA trusted_schema = OFF").await?;
    let listed = "SELECT g.table_name AS name, g.column_name AS ground, s.definition AS srs \
                  FROM gpkg_geometry_columns g \
                  JOIN gpkg_contents c ON c.table_name = g.table_name AND c.data_type = 'features' \
                  JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table' \
                  LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id AND s.srs_id > 0 \
                  ORDER BY g.table_name";
    let mut tables = Vec::new();
    for row in db.query_all_raw(sqlite(listed)).await? {
        let (name, ground): (String, String) = (row.try_get("", "name")?, row.try_get("", "ground")?);
        let srs: Option<String> = row.try_get("", "srs")?;
        tables.push(table(db, name, &ground, srs).await?);
    }
    Ok(tables)
}

async fn table(
    db: &DatabaseConnection,
    name: String,
    ground: &str,
    srs: Option<String>,
) -> Result<DrawnTable> {
    let stored = format!("SELECT name FROM pragma_table_xinfo({}) WHERE hidden = 0", quoted(&name, '\''));
    let mut columns: Vec<String> = Vec::new();
    for row in db.query_all_raw(sqlite(&stored)).await? {
        columns.push(row.try_get("", "name")?);
    }
    let has_ground = columns.iter().any(|column| column.eq_ignore_ascii_case(ground));
    columns.retain(|column| !column.eq_ignore_ascii_case(ground));
    let cells: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("CAST({} AS TEXT) AS c{at}", quoted(column, '"')))
        .chain([if has_ground { format!("{} AS g", quoted(ground, '"')) } else { "NULL AS g".into() }])
        .collect();
    let all = format!("SELECT {} FROM {} ORDER BY rowid", cells.join(", "), quoted(&name, '"'));
    let mut rows = Vec::new();
    for row in db.query_all_raw(sqlite(&all)).await? {
        let cell = |at: usize| row.try_get::<Option<String>>("", &format!("c{at}"));
        let cells = (0..columns.len()).map(cell).collect::<std::result::Result<_, _>>()?;
        rows.push(DrawnRow { cells, ground: row.try_get("", "g")? });
    }
    Ok(DrawnTable { name, srs, columns, rows })
}

fn sqlite(text: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, text)
}

fn quoted(name: &str, mark: char) -> String {
    format!("{mark}{}{mark}", name.replace(mark, &format!("{mark}{mark}")))
}

/// A file with what the statements make, for tests of those who read one.
#[cfg(test)]
pub(crate) async fn written_package(statements: &[String]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.gpkg");
    let db = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    for statement in statements {
        db.execute_unprepared(statement).await.unwrap();
    }
    db.close().await.unwrap();
    std::fs::read(path).unwrap()
}
