//! PostGIS on the same grids: a GiST index and `ST_Covers`, asked over a socket and inside the engine.

use crate::{
    clock,
    town::{Place, Town, point},
};
use sea_orm::sqlx::{self, Connection, Executor, PgConnection, Row};
use std::{fmt::Write, time::Instant};

/// Nanoseconds for a point.
pub struct Times {
    pub per_call: f64,
    pub engine: f64,
}

const CALLS: usize = 5_000;
const WITHIN: usize = 50_000;
const OWNER: &str = "SELECT id FROM grid WHERE ST_Covers(ground, ST_SetSRID(ST_MakePoint($1, $2), 4326))";

/// `Err` says why there is nothing to compare with.
pub async fn measure(town: &Town) -> Result<Times, String> {
    let address = std::env::var("WHISTLE_TEST_POSTGRES")
        .map_err(|_| "no PostgreSQL: run `make bench`, with the package postgresql installed".to_owned())?;
    let mut db = PgConnection::connect(&address).await.map_err(|error| error.to_string())?;
    let extended = db.execute("CREATE EXTENSION IF NOT EXISTS postgis").await;
    extended.map_err(|_| "no PostGIS: install the package postgresql-15-postgis-3".to_owned())?;
    fill(&mut db, town).await.map_err(|error| error.to_string())?;
    let times = ask(&mut db, town).await.map_err(|error| error.to_string())?;
    db.execute("DROP TABLE grid, place").await.map_err(|error| error.to_string())?;
    Ok(times)
}

async fn fill(db: &mut PgConnection, town: &Town) -> sqlx::Result<()> {
    db.execute("DROP TABLE IF EXISTS grid, place").await?;
    db.execute("CREATE TABLE grid (id int, ground geometry(Polygon, 4326))").await?;
    db.execute("CREATE TABLE place (at geometry(Point, 4326))").await?;
    let mut copy = db.copy_in_raw("COPY grid FROM STDIN").await?;
    let mut text = String::new();
    for (grid, id) in town.grids().zip(0..) {
        let rings: Vec<String> = grid.rings.iter().map(|ring| closed(ring)).collect();
        let _ = writeln!(text, "{id}\tSRID=4326;POLYGON({})", rings.join(","));
        if text.len() > 1 << 20 {
            copy.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    copy.send(text.as_bytes()).await?;
    copy.finish().await?;
    let mut copy = db.copy_in_raw("COPY place FROM STDIN").await?;
    let lines =
        town.places(WITHIN, 23).into_iter().map(|place| format!("SRID=4326;POINT({})\n", spot(&place)));
    copy.send(lines.collect::<String>().as_bytes()).await?;
    copy.finish().await?;
    db.execute("CREATE INDEX ON grid USING gist (ground)").await?;
    db.execute("VACUUM ANALYZE").await?;
    Ok(())
}

fn spot(place: &Place) -> String {
    let at = point(*place);
    format!("{} {}", at.lon, at.lat)
}

fn closed(ring: &[Place]) -> String {
    let corners: Vec<String> = ring.iter().chain(ring.first()).map(spot).collect();
    format!("({})", corners.join(","))
}

async fn ask(db: &mut PgConnection, town: &Town) -> sqlx::Result<Times> {
    let backend: i32 = db.fetch_one("SELECT pg_backend_pid()").await?.get(0);
    let clock = Clock { backend, start: Instant::now() };
    let mut per_call = f64::INFINITY;
    // The first round warms its caches.
    for salt in [31, 32, 33] {
        let places = town.places(CALLS, salt);
        let before = clock.nanos();
        for place in places {
            let at = point(place);
            sqlx::query(OWNER).bind(at.lon).bind(at.lat).fetch_optional(&mut *db).await?;
        }
        per_call = per_call.min((clock.nanos() - before) as f64 / CALLS as f64);
    }
    // A loop over the index for each point, as a lookup is, in one process and without a socket.
    for setting in ["enable_hashjoin", "enable_mergejoin", "max_parallel_workers_per_gather"] {
        db.execute(sqlx::AssertSqlSafe(format!("SET {setting} = 0"))).await?;
    }
    let mut engine = f64::INFINITY;
    for _ in 0..3 {
        let before = clock.nanos();
        let row = db.fetch_one("SELECT count(*) FROM place JOIN grid ON ST_Covers(ground, at)").await?;
        let found: i64 = row.get(0);
        assert!(found > 0, "no place was found");
        engine = engine.min((clock.nanos() - before) as f64 / WITHIN as f64);
    }
    Ok(Times { per_call, engine })
}

/// Time of both ends on a processor where it can be read, so that a busy machine is not held against
/// PostgreSQL; the waiting between them is left out too, in its favour. Else a clock on the wall.
struct Clock {
    backend: i32,
    start: Instant,
}

impl Clock {
    fn nanos(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/schedstat", self.backend)).ok();
        let theirs: Option<u64> = text.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
        theirs.map_or_else(
            || self.start.elapsed().as_nanos() as u64,
            |theirs| theirs + clock::nanos(self.start),
        )
    }
}
