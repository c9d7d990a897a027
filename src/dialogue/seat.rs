//! Where somebody sits at a case: reporter, responder of one of its whistles, lead, dispatcher. It
//! decides which buttons a card has and which questions are worth asking; the domain has the last word.

use super::{ChatKind, Viewer};
use crate::domain::{
    Case, City, Escalation, PersonCode, Refusal, Role, Stage, UnitCode, UnitLevel, Whistle, access,
};

/// Somebody's part in a case.
pub(super) struct Seat<'a> {
    /// The whistle that calls them.
    pub whistle: Option<&'a Whistle>,
    /// They lead it.
    pub lead: bool,
    /// They joined the lead.
    pub helper: bool,
    /// Several people press here; who they are is known when they do.
    pub many: bool,
    /// They brought the case.
    pub reporter: bool,
    /// They are of the roster.
    pub known: bool,
    /// They are of the service, and not a resident: they see names, evidence and what presses.
    pub inside: bool,
    /// The case stands before their desk.
    pub dispatcher: bool,
    /// They may say that two cases are one: grid workers and the desk.
    pub merges: bool,
}

impl<'a> Seat<'a> {
    /// The seat of whoever looks at a card.
    pub fn of(case: &'a Case, viewer: &Viewer<'_>, city: &City) -> Self {
        let many = viewer.kind == ChatKind::Group;
        let whistle = match (many, viewer.unit, viewer.person) {
            (true, Some(unit), _) => whistles(case).find(|whistle| whistle.unit == *unit),
            (false, _, Some(person)) => whistle_of(case, person, city),
            _ => None,
        };
        let person = viewer.person;
        let merging = [Role::GridWorker, Role::Dispatcher, Role::Admin];
        let posts = person.map(|person| city.organisation.posts_of(person)).unwrap_or_default();
        Self {
            whistle,
            lead: person.is_some() && whistle.is_some_and(|whistle| whistle.lead.as_ref() == person),
            helper: whistle.zip(person).is_some_and(|(whistle, person)| whistle.helpers.contains(person)),
            many,
            reporter: viewer.reporter,
            merges: posts.iter().any(|post| merging.contains(&post.role)),
            known: person.is_some(),
            inside: person.is_some() || many,
            dispatcher: person.is_some_and(|person| access::holds(city, person, &[Role::Dispatcher], case)),
        }
    }
}

/// The owner's whistle first, then the departments'.
pub(super) fn whistles(case: &Case) -> impl Iterator<Item = &Whistle> {
    case.whistle.iter().chain(&case.departments)
}

/// The whistle that a person means, as the domain finds it: the one they lead or help, else one that
/// calls them; a department's before the owner's, a running one before one that is done.
pub(super) fn whistle_of<'a>(case: &'a Case, person: &PersonCode, city: &City) -> Option<&'a Whistle> {
    let all: Vec<&Whistle> = case.departments.iter().chain(&case.whistle).collect();
    let on_it =
        |whistle: &&Whistle| whistle.lead.as_ref() == Some(person) || whistle.helpers.contains(person);
    let called = |whistle: &&Whistle| calls(whistle, person, city);
    let runs = |whistle: &&Whistle| !matches!(whistle.stage, Stage::Settled | Stage::Returned);
    let find = |which: &dyn Fn(&&Whistle) -> bool| all.iter().copied().find(|whistle| which(whistle));
    find(&|whistle| on_it(whistle) && runs(whistle))
        .or_else(|| find(&|whistle| called(whistle) && runs(whistle)))
        .or_else(|| find(&on_it))
        .or_else(|| find(&called))
}

fn calls(whistle: &Whistle, person: &PersonCode, city: &City) -> bool {
    let organisation = &city.organisation;
    organisation.posts_of(person).iter().any(|post| {
        let inside = post.role.responds() && organisation.contains(&whistle.unit, &post.unit);
        let above = matches!(post.role, Role::Dispatcher | Role::Leader | Role::Admin);
        inside || (above && told(whistle, &post.unit, city))
    })
}

/// Is the unit a level that the whistle was escalated to?
fn told(whistle: &Whistle, unit: &UnitCode, city: &City) -> bool {
    let ladder = [
        (Escalation::Community, UnitLevel::Community),
        (Escalation::Subdistrict, UnitLevel::Subdistrict),
        (Escalation::District, UnitLevel::District),
    ];
    ladder.into_iter().filter(|(reached, _)| whistle.escalation >= *reached).any(|(_, level)| {
        city.organisation.above(&whistle.unit, level).is_some_and(|above| above.code == *unit)
    })
}

/// What a responder would do next, where it asks for more than a press.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Arrive,
    Settle,
    Return,
    Call,
}

/// Why there is no use in asking for the rest. The domain decides again when the rest has come.
pub(super) fn objection(case: &Case, person: &PersonCode, next: Next, city: &City) -> Option<Refusal> {
    let wrong = Some(Refusal::WrongState { state: case.state });
    let Some(whistle) = whistle_of(case, person, city) else {
        return if case.state.is_terminal() { wrong } else { Some(Refusal::NotYours) };
    };
    let not_lead =
        || whistle.lead.clone().filter(|lead| lead != person).map(|lead| Refusal::OnlyLead { lead });
    match (next, whistle.stage) {
        (Next::Arrive | Next::Settle, Stage::Settled) if whistle.lead.as_ref() == Some(person) => {
            Some(Refusal::AlreadyDone)
        }
        (_, Stage::Settled | Stage::Returned) | (Next::Arrive, Stage::Whistled) => wrong,
        (Next::Arrive, Stage::Answered) | (Next::Settle, Stage::Arrived) => not_lead(),
        (Next::Arrive, Stage::Arrived) => not_lead().or(Some(Refusal::AlreadyDone)),
        (Next::Settle, Stage::Whistled | Stage::Answered) => not_lead().or(Some(Refusal::NotArrived)),
        (Next::Return | Next::Call, _) => None,
    }
}
