//! The duty roster: one week that repeats.
//!
//! Grids are walked by day on every day of the week; one worker a community keeps the night, in turn;
//! desks are staffed on weekdays, and at the weekend a leader of the subdistrict stands in.

use super::layout::Area;
use super::people::Person;
use super::sources::{DISTRICT, table};

const DAY: (&str, &str) = ("08:00", "18:00");
/// Ends on the following morning.
const NIGHT: (&str, &str) = ("18:00", "08:00");

/// Rows of `unit_code,person_code,weekday,from,to,valid_from,valid_to`: weekday 1 (Monday) to 7, times in
/// the district's own time, `to` before `from` where the turn ends on the next day; an empty date is an
/// open end.
pub fn duty_csv(areas: &[Area], people: &[Person]) -> String {
    let mut turns = Vec::new();
    for area in areas {
        match area.level {
            "grid" => turns.extend(walk_grid(&area.code, people)),
            "community" => turns.extend(keep_community(area, people)),
            "subdistrict" => turns.extend(staff_desk(&area.code, people)),
            _ => {}
        }
    }
    turns.extend(staff_desk(DISTRICT.0, people));
    let header = ["unit_code", "person_code", "weekday", "from", "to", "valid_from", "valid_to"];
    table(header, turns)
}

type Turn = [String; 7];

fn turn(unit_code: &str, person: &Person, weekday: usize, (from, to): (&str, &str)) -> Turn {
    [
        unit_code.to_owned(),
        person.code.clone(),
        weekday.to_string(),
        from.to_owned(),
        to.to_owned(),
        String::new(),
        String::new(),
    ]
}

fn at<'a>(people: &'a [Person], role: &str, unit_code: &str) -> Vec<&'a Person> {
    people.iter().filter(|p| p.role == role && p.unit_code == unit_code).collect()
}

/// A lone worker walks on weekdays and the grid lead at the weekend; two workers take turns.
fn walk_grid(code: &str, people: &[Person]) -> Vec<Turn> {
    let workers = at(people, "grid_worker", code);
    let leads = at(people, "grid_lead", code);
    (1..=7)
        .map(|weekday| {
            let person = match workers.as_slice() {
                [only] if weekday <= 5 => only,
                [_] => leads[0],
                several => several[weekday % several.len()],
            };
            turn(code, person, weekday, DAY)
        })
        .collect()
}

fn keep_community(community: &Area, people: &[Person]) -> Vec<Turn> {
    let code = &community.code;
    let workers: Vec<&Person> =
        people.iter().filter(|p| p.role == "grid_worker" && p.unit_code.starts_with(code.as_str())).collect();
    let nights = (1..=7).map(|day| turn(code, workers[day % workers.len()], day, NIGHT));
    let clerks = at(people, "dispatcher", code);
    let desk = (1..=5).map(|day| turn(code, clerks[0], day, DAY));
    desk.chain(nights).collect()
}

fn staff_desk(code: &str, people: &[Person]) -> Vec<Turn> {
    let clerks = at(people, "dispatcher", code);
    let leaders = at(people, "leader", code);
    (1..=7)
        .map(|day| match day {
            1..=5 => turn(code, clerks[0], day, DAY),
            _ => turn(code, leaders[day % leaders.len()], day, DAY),
        })
        .collect()
}
