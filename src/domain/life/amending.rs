//! After the report: taking it back, and correcting its words, its matter and its place.

use super::{
    reporting::{MOST_PIECES, desk_of, is_blank, known_grid},
    turn::{Turn, reasoned, said},
};
use crate::domain::{
    CategoryCode, Fact, Material, Origin, Party, PersonCode, Place, Refusal, State, UnitCode, UnitLevel,
    Whistle, event::Clocks,
};

const UNSETTLED: [State; 4] = [State::Reported, State::Whistled, State::Answered, State::Arrived];

/// The reason that the history shows for a report that was taken back.
const TAKEN_BACK: &str = "上报人撤回 / taken back by the reporter";

impl Turn<'_> {
    /// The reporter takes the report back, within the undo window.
    pub fn undo(&mut self) -> Result<(), Refusal> {
        if !self.case.is_reporter(&self.by) {
            return Err(Refusal::NotReporter);
        }
        self.lives()?;
        let reported = self.case.times.reported.unwrap_or(self.moment);
        let ended = reported + self.city.policy.undo_window;
        if self.moment > ended {
            return Err(Refusal::WindowPassed { ended });
        }
        self.end_void(TAKEN_BACK);
        Ok(())
    }

    /// The matter is another one, or the guessed one is right. Running clocks follow the new limits from
    /// where they started.
    pub fn recategorise(&mut self, category: CategoryCode) -> Result<(), Refusal> {
        self.reporter_or_dispatcher()?;
        self.stands(&UNSETTLED)?;
        if self.city.catalogue.get(&category).is_none() {
            return Err(Refusal::UnknownCategory);
        }
        let same = self.case.category == category;
        if same && !self.case.category_guessed {
            return Err(Refusal::AlreadyDone);
        }
        // The limits from here on are the new matter's; the event below says the same.
        self.case.category = category.clone();
        let clocks = if same { None } else { self.clocks_again() };
        let whistle = self.owner().ok().zip(clocks.as_ref());
        let alarms = whistle.map(|(whistle, clocks)| self.alarms(&whistle.with(clocks), whistle.stage));
        let alarms = alarms.unwrap_or_default();
        self.record(Fact::Recategorised { category, chosen: true, clocks, alarms });
        self.whistle_if_routed()
    }

    /// The owner's clocks by the matter of now; time that was granted stays granted.
    fn clocks_again(&self) -> Option<Clocks> {
        let whistle = self.owner().ok()?;
        let mut clocks = self.clocks(whistle.started).ok()?;
        let granted = |to| to > whistle.started && whistle.settle.at >= to;
        if self.case.extensions.iter().any(|extension| granted(extension.to)) {
            clocks.settle = if clocks.settle.at > whistle.settle.at { clocks.settle } else { whistle.settle };
        }
        Some(clocks)
    }

    /// The grid is a neighbour of the one found. While nobody has answered the whistle follows at once;
    /// later a dispatcher reassigns.
    pub fn reroute(&mut self, grid: UnitCode) -> Result<(), Refusal> {
        self.reporter_or_dispatcher()?;
        self.stands(&[State::Reported, State::Whistled])?;
        known_grid(Some(&grid), self.city)?;
        let from = self.routed();
        if from.as_ref() == Some(&grid) {
            return Err(Refusal::AlreadyDone);
        }
        self.record(Fact::Rerouted { from, to: grid });
        let desk = self.desk_now();
        if desk != self.case.desk {
            self.record(Fact::Located { place: Box::new(self.case.place.clone()), desk, reason: None });
        }
        self.follow_the_map()
    }

    /// A place, or a better one; a reason that is given says something.
    pub fn locate(&mut self, mut place: Place, reason: Option<String>) -> Result<(), Refusal> {
        self.reporter_or_dispatcher()?;
        self.stands(&UNSETTLED)?;
        if place.fix.is_none() && !place.words.as_deref().is_some_and(said) {
            return Err(Refusal::Empty);
        }
        known_grid(place.corrected_to.as_ref(), self.city)?;
        reason.as_deref().map_or(Ok(()), reasoned)?;
        place.words = place.words.or_else(|| self.case.place.words.clone());
        let before = self.case.desk.clone();
        let desk = desk_of(&place, self.reporting_worker(), self.city);
        self.record(Fact::Located { place: Box::new(place), desk, reason });
        self.follow_the_map()?;
        if self.case.state == State::Reported && self.case.desk != before {
            self.tell_desk();
        }
        Ok(())
    }

    fn desk_now(&self) -> UnitCode {
        desk_of(&self.case.place, self.reporting_worker(), self.city)
    }

    fn reporting_worker(&self) -> Option<&PersonCode> {
        let party = self.case.reporters.first().filter(|_| self.case.origin == Origin::Worker);
        party.and_then(|party| match party {
            Party::Person(person) => Some(person),
            _ => None,
        })
    }

    /// The whistle goes where the map now says, as long as nobody has answered it.
    fn follow_the_map(&mut self) -> Result<(), Refusal> {
        if self.case.state != State::Whistled {
            return self.whistle_if_routed();
        }
        let owner = self.owner()?.unit.clone();
        let level = self.city.organisation.unit(&owner).map(|unit| unit.level);
        match self.routed() {
            Some(grid) if grid != owner && level == Some(UnitLevel::Grid) => {
                self.go_on();
                self.blow(grid)
            }
            _ => Ok(()),
        }
    }

    /// A report that waited only for its place or its matter goes out as it would have at first.
    fn whistle_if_routed(&mut self) -> Result<(), Refusal> {
        let first = self.case.state == State::Reported && self.case.whistle.is_none();
        let category = self.city.catalogue.get(&self.case.category);
        let direct = category.is_some_and(|one| self.case.origin == Origin::Worker || one.direct);
        match self.routed() {
            Some(owner) if first && direct && self.case.suspended.is_none() => self.blow(owner),
            _ => Ok(()),
        }
    }

    /// More pieces, from those who brought it or those who are on it.
    pub fn add(&mut self, material: Vec<Material>) -> Result<(), Refusal> {
        self.reporter_dispatcher_or_crew()?;
        self.lives()?;
        let material: Vec<Material> = material.into_iter().filter(|piece| !is_blank(piece)).collect();
        if material.is_empty() {
            return Err(Refusal::Empty);
        }
        if self.case.material.len() + material.len() > MOST_PIECES {
            return Err(Refusal::TooMuch { most: MOST_PIECES });
        }
        self.record(Fact::Added { material });
        Ok(())
    }

    fn reporter_dispatcher_or_crew(&self) -> Result<(), Refusal> {
        let whistles = self.case.whistle.iter().chain(&self.case.departments);
        let person = self.by.as_person();
        let on_it = whistles.flat_map(Whistle::crew).any(|member| Some(member) == person);
        if on_it { Ok(()) } else { self.reporter_or_dispatcher() }
    }

    /// An edited message. The same words again are nothing new, and no refusal: chats repeat edits.
    pub fn amend(&mut self, message: String, words: String) -> Result<(), Refusal> {
        self.reporter_dispatcher_or_crew()?;
        self.lives()?;
        let piece = self.case.material.iter().find(|piece| piece.message.as_ref() == Some(&message));
        let from = piece.ok_or(Refusal::UnknownPiece)?.words.clone();
        if from.as_ref() != Some(&words) {
            self.record(Fact::Amended { message, from, to: words });
        }
        Ok(())
    }

    /// Pieces that belong to another report after all. A case keeps at least something.
    pub fn detach(&mut self, messages: Vec<String>) -> Result<(), Refusal> {
        self.reporter_or_dispatcher()?;
        self.lives()?;
        let goes = |piece: &&Material| piece.message.as_ref().is_some_and(|own| messages.contains(own));
        if !self.case.material.iter().any(|piece| goes(&piece)) {
            return Err(Refusal::UnknownPiece);
        }
        if self.case.material.iter().filter(|piece| !goes(piece)).all(is_blank) {
            return Err(Refusal::Empty);
        }
        self.record(Fact::Detached { messages });
        Ok(())
    }
}
