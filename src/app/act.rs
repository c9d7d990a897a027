//! The one write path of a case: load → decide → save where the version still matches → events →
//! letters, in one transaction.

use super::{App, Change, Error, Result, Snapshot, letters::Occasion};
use crate::{
    domain::{Actor, Case, CaseId, Command, Decision, Party, Report, Who, life},
    store::{self, Tx},
};
use chrono::Duration;

/// How often a chat or the clock tries again when somebody else was faster.
const TRIES: usize = 8;
/// An alarm that is given this late was missed: nobody was there to give it.
const MISSED: Duration = Duration::minutes(5);

impl App {
    /// Acts on a case. With `seen`, the version that a person has looked at: if the case has moved on
    /// since, the person is shown what changed ([`Error::Stale`]) rather than overruled.
    ///
    /// # Errors
    /// [`Error::Refused`] when the domain says no, [`Error::NotFound`], [`Error::Stale`].
    #[tracing::instrument(level = "debug", skip_all, fields(case.id = id.0, command = command.name()))]
    pub async fn act(&self, id: CaseId, command: Command, by: &Actor, seen: Option<u32>) -> Result<Case> {
        for _ in 0..TRIES {
            match self.act_once(id, &command, by, seen).await {
                Ok(Some(after)) => return Ok(after),
                Ok(None) | Err(Error::Store(store::Error::Busy)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Internal(format!("case {id} kept changing under {}", command.name())))
    }

    async fn act_once(
        &self,
        id: CaseId,
        command: &Command,
        by: &Actor,
        seen: Option<u32>,
    ) -> Result<Option<Case>> {
        let (mut tx, city) = self.begin().await?;
        let case = tx.case(id).await?.ok_or(Error::NotFound("case"))?;
        if seen.is_some_and(|seen| seen != case.version) {
            return Err(Error::Stale(Box::new(case)));
        }
        let after = self.act_in(&mut tx, &city, &case, command.clone(), by).await?;
        if let Some(after) = &after {
            tx.commit().await?;
            for change in Change::of(&case, after) {
                self.announce(change);
            }
        }
        Ok(after)
    }

    /// Opens a case.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is nothing in the report.
    pub async fn report(&self, report: Report, by: &Actor) -> Result<Case> {
        for _ in 1..TRIES {
            match self.report_once(report.clone(), by).await {
                Err(Error::Store(store::Error::Busy)) => {}
                done => return done,
            }
        }
        self.report_once(report, by).await
    }

    async fn report_once(&self, report: Report, by: &Actor) -> Result<Case> {
        let (mut tx, city) = self.begin().await?;
        let case = self.report_in(&mut tx, &city, report, by).await?;
        tx.commit().await?;
        self.announce(Change::to(&case));
        Ok(case)
    }

    pub(super) async fn report_in(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        report: Report,
        by: &Actor,
    ) -> Result<Case> {
        let mut decision = life::open(report, by, &city.city, self.now())?;
        decision.case.id = tx.new_case_ids(1).await?[0];
        let case = decision.case.clone();
        self.open_in(tx, city, &[decision]).await?;
        Ok(case)
    }

    /// Writes cases that are opened, by the ids they have been given.
    pub(super) async fn open_in(&self, tx: &mut Tx, city: &Snapshot, opened: &[Decision]) -> Result<()> {
        if opened.is_empty() {
            return Ok(());
        }
        tx.insert_cases(&opened.iter().map(|one| &one.case).collect::<Vec<_>>()).await?;
        let events: Vec<_> = opened.iter().map(|one| (one.case.id, &one.events[..])).collect();
        tx.append_all_events(&events).await?;
        self.write_letters(tx, city, opened, Occasion::Opened).await
    }

    /// The same inside somebody's transaction; none when another was faster.
    pub(super) async fn act_in(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        case: &Case,
        command: Command,
        by: &Actor,
    ) -> Result<Option<Case>> {
        let into = if let Command::Merge { into, .. } = &command { Some(*into) } else { None };
        let decision = life::decide(case, command, by, &city.city, self.now())?;
        // Both sides are decided before either is written: a refusal leaves no half of a merge.
        if let Some(into) = into
            && !self.absorb(tx, city, case, into, by).await?
        {
            return Ok(None);
        }
        Box::pin(self.save(tx, city, case, decision)).await
    }

    /// The surviving side of a merge, in the same transaction.
    async fn absorb(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        from: &Case,
        into: CaseId,
        by: &Actor,
    ) -> Result<bool> {
        let surviving = tx.case(into).await?.ok_or(Error::NotFound("case"))?;
        let reporters: Vec<Party> = from.reporters.clone();
        let command = Command::Absorb { from: from.id, reporters };
        let decision = life::decide(&surviving, command, by, &city.city, self.now())?;
        Ok(Box::pin(self.save(tx, city, &surviving, decision)).await?.is_some())
    }

    /// Did the clock do it, and long after it was due? Then the machine was off, and more will follow.
    fn was_missed(&self, before: &Case, decision: &Decision) -> bool {
        let by_clock = decision.events.iter().all(|event| event.by == Who::Clock);
        by_clock && before.wake_at.is_some_and(|due| self.now() - due > MISSED)
    }

    async fn save(
        &self,
        tx: &mut Tx,
        city: &Snapshot,
        before: &Case,
        mut decision: Decision,
    ) -> Result<Option<Case>> {
        decision.case.id = before.id;
        if decision.events.is_empty() {
            return Ok(Some(decision.case));
        }
        if !tx.save_case(&decision.case, before.version).await? {
            return Ok(None);
        }
        tx.append_events(before.id, &decision.events).await?;
        let missed = self.was_missed(before, &decision);
        let occasion = if missed { Occasion::Missed } else { Occasion::Changed };
        let case = decision.case.clone();
        self.write_letters(tx, city, &[decision], occasion).await?;
        Ok(Some(case))
    }
}
