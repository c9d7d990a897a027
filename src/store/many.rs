//! Many rows in a statement, in lots of few sizes: a connection keeps a statement prepared by its text,
//! and the text of a statement over 13 rows is another than that over 14.

use super::Result;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};

/// The largest lot.
const MOST: usize = 64;

/// Splits off lots of 64, 32, 16 … 1, in order.
pub(super) fn lots<T>(mut all: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    std::iter::from_fn(move || {
        let size = 1 << all.len().checked_ilog2()?;
        let rest = all.split_off(MOST.min(size));
        Some(std::mem::replace(&mut all, rest))
    })
}

/// What an `IN` asks for, once each, with the last one again up to a size that a lot has.
pub(super) fn padded<T: Clone + Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    all.sort();
    all.dedup();
    filled(all)
}

/// With the last one again up to a size that a lot has.
pub(super) fn filled<T: Clone>(mut all: Vec<T>) -> Vec<T> {
    if let Some(last) = all.last().cloned() {
        all.resize(all.len().next_power_of_two(), last);
    }
    all
}

/// Inserts rows, in order.
pub(super) async fn insert<A: ActiveModelTrait + Send>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
) -> Result<()> {
    for some in lots(rows) {
        A::Entity::insert_many(some).exec_without_returning(db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_keep_the_order_and_are_of_seven_sizes() {
        for count in [0, 1, 2, 3, 13, 64, 65, 200] {
            let lots: Vec<Vec<usize>> = lots((0..count).collect()).collect();
            assert!(lots.iter().all(|lot| lot.len().is_power_of_two() && lot.len() <= MOST));
            assert_eq!(lots.concat(), (0..count).collect::<Vec<_>>());
        }
        assert_eq!(lots((0..13).collect()).map(|lot| lot.len()).collect::<Vec<_>>(), [8, 4, 1]);
    }

    #[test]
    fn what_is_asked_for_is_padded_with_itself() {
        assert_eq!(padded([3, 1, 2, 3]), [1, 2, 3, 3]);
        assert!(padded::<i32>([]).is_empty());
    }
}
