//! The report: what a new case needs, and how it is routed.

use super::{
    limits::desk_limit,
    turn::{Turn, said},
};
use crate::domain::{
    Actor, City, Fact, Material, MediaId, Notice, Origin, Party, PersonCode, Photo, PhotoStage, Place,
    Recipient, Refusal, Report, State, UnitCode, UnitLevel, Who, case::Checker, catalogue::UNCATEGORISED,
    command::SelfResolved,
};
use chrono::{DateTime, Utc};

/// The most pieces that one case holds: more is a mistake of a machine.
pub(super) const MOST_PIECES: usize = 60;

/// Opens a case: whistled at once where the map and the category allow it, else before a desk.
pub(super) fn open<'a>(
    mut report: Report,
    by: &Actor,
    city: &'a City,
    now: DateTime<Utc>,
) -> Result<Turn<'a>, Refusal> {
    check(&report, by, city)?;
    let owner = owner_of(&report.place, city);
    let at_once = owner.clone().filter(|_| goes_at_once(report.origin, &report, city));
    let done = report.self_resolved.take();
    let (done, kept) = if at_once.is_some() { (done, None) } else { (None, done) };
    report.material.extend(kept.into_iter().flat_map(|kept| as_material(kept, by.said_at)));
    let desk = desk_of(&report.place, reporting_worker(report.origin, &by.who), city);
    let waits = at_once.is_none();
    let fact = |at| reported(report, by, desk, waits.then_some((city, at)));
    let mut turn = Turn::opening(fact, by, city, now).ok_or(Refusal::Empty)?;
    match (at_once, done) {
        (Some(owner), Some(done)) => turn.resolve_oneself(owner, done)?,
        (Some(owner), None) => turn.blow(owner)?,
        (None, _) => turn.tell_desk(),
    }
    Ok(turn)
}

fn reported(report: Report, by: &Actor, desk: UnitCode, triage: Option<(&City, DateTime<Utc>)>) -> Fact {
    let triage = triage.map(|(city, at)| city.calendar.due(at, desk_limit(city, &report.category)));
    // A dispatcher writes for a caller, who cannot be reached by the dispatcher's chat.
    let reporter = if report.origin == Origin::Dispatcher { Party::Anonymous } else { by.who.party() };
    Fact::Reported {
        origin: report.origin,
        reporter,
        category: report.category,
        guessed: !report.category_chosen,
        material: report.material,
        place: report.place,
        desk,
        triage,
    }
}

fn check(report: &Report, by: &Actor, city: &City) -> Result<(), Refusal> {
    let done = report.self_resolved.as_ref();
    let told = done.is_some_and(|done| said(&done.words) || !done.photos.is_empty());
    if report.material.iter().all(is_blank) && !told {
        return Err(Refusal::Empty);
    }
    if report.material.len() > MOST_PIECES {
        return Err(Refusal::TooMuch { most: MOST_PIECES });
    }
    known_grid(report.place.corrected_to.as_ref(), city)?;
    if city.catalogue.get(&report.category).is_none() && report.category.as_str() != UNCATEGORISED {
        return Err(Refusal::UnknownCategory);
    }
    if report.origin == Origin::Worker && by.who.as_person().is_none() {
        return Err(Refusal::NotYours);
    }
    match done {
        None => Ok(()),
        Some(_) if report.origin != Origin::Worker => Err(Refusal::NotReporter),
        Some(done) => resolved_properly(&done.words, &done.photos),
    }
}

/// 自办 needs a line and an after-photo, whatever the category asks for: nobody else was there.
fn resolved_properly(words: &str, photos: &[MediaId]) -> Result<(), Refusal> {
    if !said(words) {
        return Err(Refusal::WordsMissing);
    }
    if photos.is_empty() { Err(Refusal::PhotoMissing) } else { Ok(()) }
}

pub(super) fn is_blank(piece: &Material) -> bool {
    piece.photo.is_none() && piece.voice.is_none() && !piece.words.as_deref().is_some_and(said)
}

/// A worker's report always; others' where the category is marked direct.
fn goes_at_once(origin: Origin, report: &Report, city: &City) -> bool {
    let category = city.catalogue.get(&report.category);
    category.is_some_and(|category| origin == Origin::Worker || category.direct)
}

/// What was settled where nobody owns the ground is a plain report: nothing that was told is lost.
fn as_material(done: SelfResolved, said_at: DateTime<Utc>) -> Vec<Material> {
    let piece = |photo| Material { message: None, words: None, photo, voice: None, said_at };
    let photo = |media| piece(Some(Photo { media, stage: PhotoStage::After }));
    let words = Material { words: Some(done.words), ..piece(None) };
    std::iter::once(words).chain(done.photos.into_iter().map(photo)).collect()
}

fn reporting_worker(origin: Origin, who: &Who) -> Option<&PersonCode> {
    who.as_person().filter(|_| origin == Origin::Worker)
}

/// The grid that a person chose, or that the map found; none unless the organisation knows it.
pub(super) fn owner_of(place: &Place, city: &City) -> Option<UnitCode> {
    let found = place.located.grid.as_deref().map(UnitCode::from);
    place.corrected_to.clone().or(found).filter(|grid| is_grid(grid, city))
}

pub(super) fn known_grid(grid: Option<&UnitCode>, city: &City) -> Result<(), Refusal> {
    match grid {
        Some(grid) if !is_grid(grid, city) => Err(Refusal::UnknownGrid { grid: grid.clone() }),
        _ => Ok(()),
    }
}

fn is_grid(unit: &UnitCode, city: &City) -> bool {
    city.organisation.unit(unit).is_some_and(|unit| unit.level == UnitLevel::Grid)
}

/// Whose dispatchers see a case: the owner's community; else the nearest desk by the map; else, where
/// the map says nothing, the community of the worker who reports; else the district.
pub(super) fn desk_of(place: &Place, worker: Option<&PersonCode>, city: &City) -> UnitCode {
    let organisation = &city.organisation;
    let community =
        |unit: &UnitCode| organisation.above(unit, UnitLevel::Community).map(|unit| unit.code.clone());
    let by_map = || {
        let located = &place.located;
        let named = [&located.community, &located.desk].into_iter().flatten();
        named.map(|code| UnitCode::from(code.as_str())).find(|code| organisation.unit(code).is_some())
    };
    let by_worker = || organisation.posts_of(worker?).iter().find_map(|post| community(&post.unit));
    owner_of(place, city)
        .and_then(|grid| community(&grid))
        .or_else(by_map)
        .or_else(by_worker)
        .unwrap_or_else(|| district(city))
}

/// The top of the tree.
fn district(city: &City) -> UnitCode {
    let units = city.organisation.units().filter(|unit| unit.level == UnitLevel::District);
    units.map(|unit| &unit.code).min().cloned().unwrap_or_default()
}

impl Turn<'_> {
    /// The grid that owns the case's point.
    pub fn routed(&self) -> Option<UnitCode> {
        owner_of(&self.case.place, self.city)
    }

    /// The desk is told that a case waits for it.
    pub fn tell_desk(&mut self) {
        self.tell_people(self.desk_people(), &Notice::Triage);
        self.tell(Recipient::Group(self.case.desk.clone()), Notice::Triage);
    }

    /// 自办 by the reporting worker, while nobody has answered.
    pub fn self_resolve(&mut self, words: String, photos: Vec<MediaId>) -> Result<(), Refusal> {
        let person = self.person()?;
        if self.case.origin != Origin::Worker || !self.case.is_reporter(&self.by) {
            return Err(Refusal::NotReporter);
        }
        if let Some(lead) = self.owner().ok().and_then(|whistle| whistle.lead.clone()) {
            return Err(if lead == person { Refusal::NotArrived } else { Refusal::TakenBy { lead } });
        }
        self.stands(&[State::Reported, State::Whistled])?;
        resolved_properly(&words, &photos)?;
        let owner = match self.owner() {
            Ok(whistle) => whistle.unit.clone(),
            Err(_) => self.routed().ok_or(Refusal::OwnerMissing)?,
        };
        self.go_on();
        self.resolve_oneself(owner, SelfResolved { words, photos })
    }

    /// The owner's whistle is recorded but does not sound: nobody has to come.
    fn resolve_oneself(&mut self, owner: UnitCode, done: SelfResolved) -> Result<(), Refusal> {
        let person = self.person()?;
        let at = self.next_moment();
        if self.case.state == State::Reported {
            let clocks = self.clocks(at)?;
            let alarms = self.first_alarms(&clocks);
            self.record_at(at, Fact::Whistled { unit: owner.clone(), clocks, alarms });
        }
        let workers = self.checking_workers(&owner, &person);
        let asked = match self.is_sampled(&done.words) {
            false => Checker::Nobody,
            true if workers.is_empty() => Checker::Dispatcher,
            true => Checker::Worker,
        };
        let SelfResolved { words, photos } = done;
        let check = Some((asked, self.check_until(at)));
        let fact = Fact::Settled { unit: owner, condition: 0, words, photos, self_resolved: true, check };
        self.record_at(at, fact);
        match asked {
            Checker::Worker => self.tell_people(workers, &Notice::CheckWanted),
            Checker::Dispatcher => self.tell_people(self.checking_dispatchers(), &Notice::CheckWanted),
            Checker::Reporter | Checker::Nobody => {}
        }
        Ok(())
    }

    /// Is this one of the share of self-resolved cases that somebody else looks at? By a hash of what was
    /// told (FNV-1a), so that the same case gives the same answer and nobody can tell beforehand.
    fn is_sampled(&self, words: &str) -> bool {
        let every = self.city.policy.self_resolved_check_every;
        let reported = self.case.times.reported.unwrap_or_default().timestamp_millis();
        let told = self.case.material.iter().filter_map(|piece| piece.words.as_deref());
        let bytes = told.chain([words]).flat_map(str::bytes).chain(reported.to_le_bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        every > 0 && (hash >> 16) % u64::from(every) == 0
    }
}
