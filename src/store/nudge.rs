//! Word from one process to the others that something has changed. It is a nudge and never the truth: it may
//! be lost, and what has happened stands in the event log, whose newest rows every process looks at.
//!
//! PostgreSQL carries it (LISTEN, NOTIFY); SQLite has nothing of the kind, and its other processes look.

use super::{Result, Rows, Store};
use crate::domain::CaseId;
use entity::event;
use sea_orm::{
    ConnectionTrait, EntityTrait, QueryOrder, QuerySelect, Statement,
    sqlx::postgres::{PgListener, PgPoolOptions},
};

/// What the nudges are called on the server.
const CHANNEL: &str = "whistle";
/// The most that a nudge can say, in bytes; PostgreSQL takes fewer than 8,000.
pub const LONGEST_NUDGE: usize = 7_900;

/// Hears the nudges of every process on the same database, this one's too.
pub struct Listener(PgListener);

impl Store {
    /// Do processes nudge one another?
    pub fn nudges(&self) -> bool {
        self.nudges
    }

    /// Nudges every process that listens; nothing where none are carried. A commit with a NOTIFY waits for
    /// every other such commit of the server, so it is a statement of its own, after the commits that it
    /// tells of, and waits for no disk.
    pub async fn nudge(&self, words: &str) -> Result<()> {
        if self.nudges {
            // `true`: of this transaction only, which is this statement.
            let nudge = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";
            let values = [CHANNEL.into(), words.into()];
            let nudge = Statement::from_sql_and_values(sea_orm::DbBackend::Postgres, nudge, values);
            self.db.execute_raw(nudge).await?;
        }
        Ok(())
    }

    /// Begins to listen, on a connection beside the others; none where no nudges are carried.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        if !self.nudges {
            return Ok(None);
        }
        let options = self.db.get_postgres_connection_pool().connect_options();
        let one = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = one.connect_lazy_with(options.as_ref().clone());
        let mut listener = PgListener::connect_with(&pool).await.map_err(of_sqlx)?;
        listener.listen(CHANNEL).await.map_err(of_sqlx)?;
        Ok(Some(Listener(listener)))
    }
}

impl Listener {
    /// The next nudge. None when the connection broke and was made anew: nudges may have been lost.
    ///
    /// # Errors
    /// It could not be made anew.
    pub async fn heard(&mut self) -> Result<Option<String>> {
        let nudge = self.0.try_recv().await.map_err(of_sqlx)?;
        Ok(nudge.map(|nudge| nudge.payload().to_owned()))
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// The newest events by the server's time: which case, and which of its events.
    pub async fn latest_events(&self, most: u64) -> Result<Vec<(CaseId, u32)>> {
        let rows: Vec<(i64, i32)> = event::Entity::find()
            .select_only()
            .columns([event::Column::CaseId, event::Column::Seq])
            .order_by_desc(event::Column::At)
            .limit(most)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(case, seq)| (CaseId(case), seq.unsigned_abs())).collect())
    }
}

fn of_sqlx(error: sea_orm::sqlx::Error) -> super::Error {
    sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())).into()
}
