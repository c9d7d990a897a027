//! The time of one durable commit: what every promise of this program costs at least.

use crate::rig::{
    Outcome,
    base::{Base, connect},
    meter::Times,
};
use sea_orm::ConnectionTrait;
use std::time::Instant;

const COMMITS: u64 = 500;

/// One row and its commit, again and again, on a connection of its own while nobody else writes.
pub async fn measure(base: &Base) -> Outcome<Times> {
    let db = connect(&base.url, 1).await?;
    db.execute_unprepared("CREATE TABLE storm_commit (id BIGINT PRIMARY KEY, said TEXT)").await?;
    let mut times = Vec::new();
    for n in 0..COMMITS {
        let begun = Instant::now();
        db.execute_unprepared(&format!("INSERT INTO storm_commit VALUES ({n}, 'whistle')")).await?;
        times.push(begun.elapsed().as_nanos() as u64);
    }
    db.execute_unprepared("DROP TABLE storm_commit").await?;
    db.close().await?;
    Ok(Times::of(times))
}
