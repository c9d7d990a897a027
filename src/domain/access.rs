//! Who may do what, and see what. Permission, not presence, decides.

use super::{Case, City, PersonCode, Role, UnitCode};

/// Does the person hold one of `roles` in a unit that is, or contains, one of the case's units?
pub fn holds(city: &City, person: &PersonCode, roles: &[Role], case: &Case) -> bool {
    let organisation = &city.organisation;
    let place = case.whistle.as_ref().map(|whistle| &whistle.unit);
    organisation.posts_of(person).iter().filter(|post| roles.contains(&post.role)).any(|post| {
        organisation.contains(&post.unit, &case.desk)
            || place.is_some_and(|unit| organisation.contains(&post.unit, unit))
    })
}

/// The units whose cases a person may see in the console: those of the person's desk and leader
/// posts, and everything below them.
pub fn desks(city: &City, person: &PersonCode) -> Vec<UnitCode> {
    city.organisation
        .posts_of(person)
        .iter()
        .filter(|post| matches!(post.role, Role::Dispatcher | Role::Leader | Role::Admin))
        .map(|post| post.unit.clone())
        .collect()
}
