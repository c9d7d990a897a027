//! The columns of cases that were there before a step of the schema added some.

use super::{Result, Tx, case_row};
use entity::cases;
use migration::UNRECKONED;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

/// Cases held in memory at a time.
const AT_A_TIME: u64 = 500;

impl Tx {
    /// Fills in the columns that queries look for where they have never been reckoned. A case that cannot
    /// be read is told, keeps the deadline that its row has, and stands in no desk's list.
    pub(super) async fn reckon_standings(&self) -> Result<()> {
        use cases::Column::{DueAt, DueKey, Id};
        loop {
            let unreckoned = cases::Entity::find().filter(DueKey.eq(UNRECKONED));
            let rows = unreckoned.order_by_asc(Id).limit(AT_A_TIME).all(&self.db).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let id = row.id;
                let update = cases::Entity::update_many().filter(Id.eq(id));
                let update = match case_row::from_row(row) {
                    Ok(case) => update.set(case_row::columns(&case)),
                    Err(error) => {
                        tracing::error!(case.id = id, %error, "its place in the lists is not known");
                        update.col_expr(DueKey, Expr::col(DueAt).if_null(case_row::NEVER_DUE))
                    }
                };
                update.exec(&self.db).await?;
            }
        }
    }
}
