//! Who may do what, and see what. Permission, not presence, decides.

use super::{Case, City, Organisation, PersonCode, Post, Role, UnitCode, UnitLevel};

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

/// May the person see the case in a chat? Its unit's people, those it was escalated to, and its desk.
pub fn sees(city: &City, person: &PersonCode, case: &Case) -> bool {
    let organisation = &city.organisation;
    let units: Vec<&UnitCode> = case
        .whistle
        .iter()
        .chain(&case.departments)
        .map(|whistle| &whistle.unit)
        .chain(std::iter::once(&case.desk))
        .collect();
    organisation.posts_of(person).iter().any(|post| {
        units
            .iter()
            .any(|unit| organisation.contains(&post.unit, unit) || organisation.contains(unit, &post.unit))
    })
}

/// The units whose whistles somebody with these posts may answer: the units themselves, and the grid
/// of a building group.
pub fn working_units<'a>(city: &City, posts: impl Iterator<Item = &'a Post>) -> Vec<UnitCode> {
    let mut units = Vec::new();
    for post in posts {
        units.push(post.unit.clone());
        if let Some(grid) = city.organisation.above(&post.unit, UnitLevel::Grid) {
            units.push(grid.code.clone());
        }
    }
    units.sort();
    units.dedup();
    units
}

/// The branch or department for whose whistles the person's first such post answers: the one whose
/// group the person may bind.
pub fn answers_for<'a>(organisation: &'a Organisation, person: &PersonCode) -> Option<&'a UnitCode> {
    let post = organisation.posts_of(person).iter().find(|post| post.role.responds())?;
    let branch = organisation.above(&post.unit, UnitLevel::Grid);
    Some(branch.map_or(&post.unit, |branch| &branch.code))
}

/// May the person answer a whistle of this unit? A post that responds, in the unit itself or below it
/// (a building group of the grid).
pub fn responds(city: &City, person: &PersonCode, unit: &UnitCode) -> bool {
    let organisation = &city.organisation;
    let posts = organisation.posts_of(person);
    posts.iter().any(|post| post.role.responds() && organisation.contains(unit, &post.unit))
}
