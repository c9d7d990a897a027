//! SQLite copies itself while others write. PostgreSQL has programs for it.

use super::{Error, Result, Store};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::path::Path;

impl Store {
    /// Writes the database as it is at this moment into a new file; writers are not held up.
    ///
    /// # Errors
    /// The database's: the file is there already, the disk is full.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or(Error::NotFound("file of a name in UTF-8"))?;
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [name.into()]);
        self.db.execute_raw(copy).await?;
        Ok(())
    }

    /// Is a file of SQLite's whole, page by page?
    ///
    /// # Errors
    /// The database's: it is no such file at all.
    pub async fn is_sound(&self) -> Result<bool> {
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
        let row = self.db.query_one_raw(check).await?;
        let said = row.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
        Ok(said.as_deref() == Some("ok"))
    }
}
