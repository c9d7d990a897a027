//! The rest of the city as data: catalogue, calendar, duty roster, service stations, and the counter
//! that tells other processes to read the city again.

use super::{
    Result, Rows, Tx,
    column::{corrupt, from_json, from_word, json, word},
    organisation::CHUNK,
};
use crate::{
    atlas::Point,
    domain::{Category, DayKind, PersonCode, UnitCode},
};
use chrono::{Datelike, NaiveDate, NaiveTime};
use entity::{calendar_day, category, duty, revision, station};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use std::collections::{BTreeMap, BTreeSet};

/// A day that is not as the week has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// Which.
    pub date: NaiveDate,
    /// A holiday or a make-up workday.
    pub kind: DayKind,
    /// Of what (`国庆节`).
    pub name: String,
}

/// A turn of the duty roster: one week that repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Where.
    pub unit: UnitCode,
    /// Who.
    pub person: PersonCode,
    /// 1 Monday to 7 Sunday.
    pub weekday: u8,
    /// From, the district's own time.
    pub from: NaiveTime,
    /// To; before `from` where the turn ends on the next day.
    pub to: NaiveTime,
    /// First day; none: since ever.
    pub valid_from: Option<NaiveDate>,
    /// Last day; none: until further notice.
    pub valid_to: Option<NaiveDate>,
}

/// A party and people's service station (党群服务站).
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit that keeps it.
    pub unit: UnitCode,
    /// Where.
    pub point: Point,
}

const CITY: &str = "city";
const TIME: &str = "%H:%M";

impl Tx {
    /// These are now all matters.
    pub async fn replace_catalogue(&self, categories: &[Category]) -> Result<()> {
        category::Entity::delete_many().exec(&self.db).await?;
        let rows = categories.iter().map(category_row).collect::<Result<Vec<_>>>()?;
        for some in rows.chunks(CHUNK) {
            category::Entity::insert_many(some.to_vec()).exec(&self.db).await?;
        }
        Ok(())
    }

    /// These are now all days of the years that they are in; other years stay as they were published.
    pub async fn replace_calendar(&self, days: &[CalendarDay]) -> Result<()> {
        for year in days.iter().map(|day| day.date.year()).collect::<BTreeSet<_>>() {
            let of_year = calendar_day::Column::Date.starts_with(format!("{year:04}-"));
            calendar_day::Entity::delete_many().filter(of_year).exec(&self.db).await?;
        }
        let row = |day: &CalendarDay| calendar_day::ActiveModel {
            date: Set(day.date.to_string()),
            kind: Set(word(&day.kind)),
            name: Set(day.name.clone()),
        };
        for some in days.chunks(CHUNK) {
            calendar_day::Entity::insert_many(some.iter().map(row)).exec(&self.db).await?;
        }
        Ok(())
    }

    /// These are now all turns.
    pub async fn replace_duty(&self, turns: &[Duty]) -> Result<()> {
        duty::Entity::delete_many().exec(&self.db).await?;
        for some in turns.chunks(CHUNK) {
            duty::Entity::insert_many(some.iter().map(duty_row)).exec(&self.db).await?;
        }
        Ok(())
    }

    /// These are now all stations.
    pub async fn replace_stations(&self, stations: &[Station]) -> Result<()> {
        station::Entity::delete_many().exec(&self.db).await?;
        let row = |one: &Station| station::ActiveModel {
            code: Set(one.code.clone()),
            name: Set(one.name.clone()),
            unit: Set(one.unit.to_string()),
            lon: Set(one.point.lon),
            lat: Set(one.point.lat),
        };
        for some in stations.chunks(CHUNK) {
            station::Entity::insert_many(some.iter().map(row)).exec(&self.db).await?;
        }
        Ok(())
    }

    /// Tells every process to read the city again after the commit.
    pub async fn bump_city_revision(&self) -> Result<()> {
        let first = revision::ActiveModel { name: Set(CITY.to_owned()), value: Set(1) };
        let next = OnConflict::column(revision::Column::Name)
            .value(revision::Column::Value, Expr::col((revision::Entity, revision::Column::Value)).add(1))
            .to_owned();
        revision::Entity::insert(first).on_conflict(next).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

impl<C: ConnectionTrait> Rows<C> {
    /// Which reading of the city is the newest; 0 before anything was loaded.
    pub async fn city_revision(&self) -> Result<i64> {
        let row = revision::Entity::find_by_id(CITY).one(&self.db).await?;
        Ok(row.map_or(0, |row| row.value))
    }

    /// Every matter, in code order.
    pub async fn load_catalogue(&self) -> Result<Vec<Category>> {
        let rows = category::Entity::find().order_by_asc(category::Column::Code).all(&self.db).await?;
        rows.iter().map(|row| from_json("category", &row.code, &row.body)).collect()
    }

    /// Every day that is not as the week has it.
    pub async fn load_calendar(&self) -> Result<BTreeMap<NaiveDate, DayKind>> {
        Ok(self.calendar_days().await?.into_iter().map(|day| (day.date, day.kind)).collect())
    }

    /// The same with their names, in order.
    pub async fn calendar_days(&self) -> Result<Vec<CalendarDay>> {
        let rows =
            calendar_day::Entity::find().order_by_asc(calendar_day::Column::Date).all(&self.db).await?;
        rows.into_iter().map(calendar_day_of).collect()
    }

    /// Every turn of the duty roster, in the order of the file.
    pub async fn load_duty(&self) -> Result<Vec<Duty>> {
        let rows = duty::Entity::find().order_by_asc(duty::Column::Id).all(&self.db).await?;
        rows.into_iter().map(duty_of).collect()
    }

    /// The turns of some weekdays, 1 (Monday) to 7.
    pub async fn duty_of(&self, weekdays: &[u8]) -> Result<Vec<Duty>> {
        let days = weekdays.iter().map(|day| i32::from(*day));
        let found = duty::Entity::find().filter(duty::Column::Weekday.is_in(days));
        found.all(&self.db).await?.into_iter().map(duty_of).collect()
    }

    /// Every station, in code order.
    pub async fn load_stations(&self) -> Result<Vec<Station>> {
        let rows = station::Entity::find().order_by_asc(station::Column::Code).all(&self.db).await?;
        let station = |row: station::Model| Station {
            code: row.code,
            name: row.name,
            unit: UnitCode(row.unit),
            point: Point { lon: row.lon, lat: row.lat },
        };
        Ok(rows.into_iter().map(station).collect())
    }
}

fn category_row(one: &Category) -> Result<category::ActiveModel> {
    Ok(category::ActiveModel {
        code: Set(one.code.to_string()),
        name: Set(one.name.clone()),
        body: Set(json("category", one)?),
    })
}

fn calendar_day_of(row: calendar_day::Model) -> Result<CalendarDay> {
    let date = row.date.parse().map_err(|error| corrupt("calendar_day", &row.date, error))?;
    Ok(CalendarDay { date, kind: from_word("calendar_day", &row.date, &row.kind)?, name: row.name })
}

fn duty_row(turn: &Duty) -> duty::ActiveModel {
    duty::ActiveModel {
        unit: Set(turn.unit.to_string()),
        person: Set(turn.person.to_string()),
        weekday: Set(i32::from(turn.weekday)),
        from_time: Set(turn.from.format(TIME).to_string()),
        to_time: Set(turn.to.format(TIME).to_string()),
        valid_from: Set(turn.valid_from.map(|date| date.to_string())),
        valid_to: Set(turn.valid_to.map(|date| date.to_string())),
        ..Default::default()
    }
}

fn duty_of(row: duty::Model) -> Result<Duty> {
    let id = row.id;
    let time = |text: &str| NaiveTime::parse_from_str(text, TIME).map_err(|error| corrupt("duty", id, error));
    let date = |text: String| text.parse().map_err(|error| corrupt("duty", id, error));
    Ok(Duty {
        unit: UnitCode(row.unit),
        person: PersonCode(row.person),
        weekday: row.weekday as u8,
        from: time(&row.from_time)?,
        to: time(&row.to_time)?,
        valid_from: row.valid_from.map(date).transpose()?,
        valid_to: row.valid_to.map(date).transpose()?,
    })
}
