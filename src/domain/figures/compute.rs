//! The reckoning itself.

use super::{Figures, Window, line::Line};
use crate::domain::Case;

/// The figures of cases in a period.
pub fn compute<'a>(cases: impl IntoIterator<Item = &'a Case>, window: &Window) -> Figures {
    let mut figures = Figures::default();
    for case in cases {
        add(&mut figures, &Line::owner(case), window);
        for department in Line::departments(case) {
            if window.has(department.times().whistled) {
                figures.department_whistles.push(case.id);
            }
        }
    }
    close(figures)
}

/// The figures of whistles, each by its own clocks.
pub(super) fn compute_lines<'a>(lines: impl IntoIterator<Item = Line<'a>>, window: &Window) -> Figures {
    let mut figures = Figures::default();
    for line in lines {
        add(&mut figures, &line, window);
    }
    close(figures)
}

fn close(mut figures: Figures) -> Figures {
    for spread in [&mut figures.answer, &mut figures.response, &mut figures.settlement, &mut figures.closure]
    {
        spread.close();
    }
    figures
}

fn add(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    add_counts(figures, line, window);
    if line.dropped(window) {
        return;
    }
    if line.self_resolved() {
        if window.has(line.times().settled) {
            figures.self_resolved.add(line.id(), true);
        }
    } else {
        add_times(figures, line, window);
        add_arrival(figures, line, window);
        add_handling(figures, line, window);
    }
    add_rating(figures, line, window);
}

fn add_counts(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    let times = line.times();
    for (list, at) in [
        (&mut figures.reported, line.case.times.reported),
        (&mut figures.whistled, times.whistled),
        (&mut figures.settled, times.settled),
        (&mut figures.closed, line.closing()),
    ] {
        if window.has(at) {
            list.push(line.id());
        }
    }
}

fn add_times(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    let times = line.times();
    for (spread, from, to) in [
        (&mut figures.answer, times.whistled, times.answered),
        (&mut figures.response, times.whistled, times.arrived),
        (&mut figures.settlement, times.whistled, times.settled),
        (&mut figures.closure, line.case.times.reported, line.closing()),
    ] {
        if window.has(to) {
            spread.add(line.id(), from, to);
        }
    }
}

fn add_arrival(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    let Some(whistle) = line.whistle else { return };
    let arrival = line.arrival();
    if window.has(Some(whistle.arrive.at)) || window.has(arrival) {
        let by_then = arrival.is_some_and(|at| at < window.to && at <= whistle.arrive.at);
        figures.arrived_on_time.add(line.id(), by_then);
    }
    if let Some(verified) = line.verified().filter(|_| window.has(arrival)) {
        figures.verified.add(line.id(), verified);
    }
}

/// The cases of the period: their settlement fell due in it, or they were settled or closed in it.
fn add_handling(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    let Some(whistle) = line.whistle else { return };
    let (settled, closed) = (line.settlement(), line.closing());
    if ![Some(whistle.settle.at), settled, closed].into_iter().any(|at| window.has(at)) {
        return;
    }
    let settled = settled.filter(|at| *at < window.to);
    let case = line.case;
    for (rate, hit) in [
        (&mut figures.handled, settled.is_some()),
        (&mut figures.handled_on_time, settled.is_some_and(|at| at <= whistle.settle.at)),
        (&mut figures.closed_rate, closed.is_some_and(|at| at < window.to)),
        (&mut figures.reworked, case.reworks > 0),
        (&mut figures.returned, case.returns > 0),
        (&mut figures.extended, !case.extensions.is_empty()),
        (&mut figures.reopened, case.reopenings > 0),
        (&mut figures.self_resolved, false),
    ] {
        rate.add(line.id(), hit);
    }
}

/// What the reporter said of the case; of a called department, what its caller said.
fn add_rating(figures: &mut Figures, line: &Line<'_>, window: &Window) {
    if line.called {
        let score = line.whistle.and_then(|whistle| whistle.score);
        if let Some(score) = score.filter(|_| window.has(line.times().settled)) {
            figures.satisfied.add(line.id(), score >= 3);
        }
        return;
    }
    let Some(rating) = line.case.rating.as_ref().filter(|rating| window.has(Some(rating.at))) else { return };
    figures.responded.add(line.id(), line.times().answered.is_some() || line.self_resolved());
    figures.solved.add(line.id(), rating.solved);
    figures.satisfied.add(line.id(), rating.satisfied());
}
