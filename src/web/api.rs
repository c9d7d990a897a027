//! `/api/v1/…`: JSON for programs. A token for each client, good for its scopes; errors are RFC 9457
//! problem details; `/api/v1/openapi.json` says what there is.

use super::{Problem, Site, problem::Answer};
use crate::{
    app::{Client, FiguresAsked},
    atlas::{Datum, Point},
    domain::{
        Case, CaseNumber, Fix, PlaceSource, UnitCode, Whistle,
        figures::{Figures, Group, Value, midnight},
    },
};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, dev::Payload, http::header, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::{future::Future, pin::Pin};

/// Stations, units on duty and desks that are told of a position.
const NEAR: usize = 3;

const OPENAPI: &str = include_str!("api/openapi.json");

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/api/v1")
            .route("/openapi.json", web::get().to(openapi))
            .route("/cases/{number}", web::get().to(case))
            .route("/figures", web::get().to(figures))
            .route("/locate", web::get().to(locate))
            .default_service(web::to(|| async { Err::<HttpResponse, _>(Problem::not_found()) })),
    );
}

/// The client whose token the request brings.
struct Caller(Client);

impl Caller {
    /// # Errors
    /// 403 when the token is not good for `scope`.
    fn may(&self, scope: &str) -> Result<(), Problem> {
        if self.0.scopes.iter().any(|own| own == scope) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let site = request.app_data::<web::Data<Site>>().ok_or_else(Problem::not_found)?;
            let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
            let token =
                given.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(Problem::unauthorised)?;
            let client = site.app.api_client(token.trim()).await.map_err(Problem::from)?;
            let Some(client) = client else {
                site.turnstile.stranger(&request)?;
                return Err(Problem::unauthorised().into());
            };
            site.turnstile.program(&client.name)?;
            Ok(Self(client))
        })
    }
}

async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPENAPI)
}

/// A case by the number that people say; nobody's name is in it.
async fn case(site: web::Data<Site>, caller: Caller, number: web::Path<String>) -> Answer {
    caller.may("cases")?;
    let number: CaseNumber = number.parse().map_err(|()| Problem::not_found())?;
    let case = site.app.store().case(number.id()).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().json(shown(&case)))
}

fn shown(case: &Case) -> Json {
    let times = &case.times;
    let point = case.place.point().map(|point| json!({"lon": point.lon, "lat": point.lat}));
    json!({
        "number": CaseNumber::of(case.id).to_string(),
        "version": case.version,
        "state": case.state,
        "origin": case.origin,
        "category": case.category,
        "category_guessed": case.category_guessed,
        "desk": case.desk,
        "point": point,
        "grid": case.place.corrected_to.as_ref().map(UnitCode::as_str).or(case.place.located.grid.as_deref()),
        "times": {
            "reported": times.reported, "whistled": times.whistled, "answered": times.answered,
            "arrived": times.arrived, "settled": times.settled, "closed": times.closed,
        },
        "owner": case.whistle.as_ref().map(whistle),
        "departments": case.departments.iter().map(whistle).collect::<Vec<_>>(),
        "escalation": case.escalation,
        "suspended_until": case.suspended.as_ref().map(|suspended| suspended.until),
        "self_resolved": case.settlement.as_ref().is_some_and(|settlement| settlement.self_resolved),
        "reworks": case.reworks,
        "returns": case.returns,
        "reopenings": case.reopenings,
        "rating": case.rating.as_ref().map(|rating| json!({"score": rating.score, "solved": rating.solved})),
        "merged_into": case.merged_into.map(|into| CaseNumber::of(into).to_string()),
    })
}

fn whistle(whistle: &Whistle) -> Json {
    json!({
        "unit": whistle.unit,
        "stage": whistle.stage,
        "answer_by": whistle.answer.at,
        "arrive_by": whistle.arrive.at,
        "settle_by": whistle.settle.at,
        "provisional": whistle.settle.provisional,
        "evidence": whistle.arrival.as_ref().map(|arrival| arrival.evidence),
    })
}

#[derive(Deserialize)]
struct Period {
    from: DateTimeOrDay,
    to: DateTimeOrDay,
    #[serde(default)]
    by: String,
    unit: Option<UnitCode>,
}

/// `2026-11-01` or `2026-11-01T08:00:00+08:00`.
#[derive(Deserialize)]
#[serde(transparent)]
struct DateTimeOrDay(String);

impl DateTimeOrDay {
    /// The first instant of the period: a day begins at its midnight.
    fn first(&self, zone: chrono_tz::Tz) -> Result<DateTime<Utc>, Problem> {
        self.day().map_or_else(|| self.instant(), |day| Ok(midnight(day, zone)))
    }

    /// The first instant after the period: a day belongs to it as a whole, as in `whistle export`.
    fn after(&self, zone: chrono_tz::Tz) -> Result<DateTime<Utc>, Problem> {
        let Some(day) = self.day() else { return self.instant() };
        let next = day.succ_opt().ok_or_else(|| Problem::bad("there is no day after that"))?;
        Ok(midnight(next, zone))
    }

    fn day(&self) -> Option<NaiveDate> {
        self.0.parse().ok()
    }

    fn instant(&self) -> Result<DateTime<Utc>, Problem> {
        let text = self.0.as_str();
        let instant = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
        instant.map_err(|_| {
            Problem::bad(format!("`{text}` is neither a day such as 2026-11-01 nor an RFC 3339 time"))
        })
    }
}

/// Figures of the cases of a period: `from` on, a last day included, an instant excluded.
async fn figures(site: web::Data<Site>, caller: Caller, period: web::Query<Period>) -> Answer {
    caller.may("figures")?;
    let snapshot = site.app.city();
    let zone = snapshot.city.calendar.zone;
    let asked = FiguresAsked::read(
        period.from.first(zone)?,
        period.to.after(zone)?,
        &period.by,
        period.unit.clone(),
        &snapshot.city,
    )
    .map_err(|why| Problem::bad(why.english))?;
    let groups = site.app.figures(&asked, None).await?;
    Ok(HttpResponse::Ok().json(json!({
        "from": asked.window.from,
        "to": asked.window.to,
        "by": asked.by.as_str(),
        "unit": asked.unit,
        "groups": groups.iter().map(group).collect::<Vec<_>>(),
    })))
}

fn group(group: &Group) -> Json {
    json!({
        "key": group.key,
        "name": group.name,
        "from": group.window.from,
        "to": group.window.to,
        "figures": measures(&group.figures),
    })
}

fn measures(figures: &Figures) -> Json {
    let one = |value: &Value<'_>| match value {
        Value::Count(cases) => json!({"count": cases.len()}),
        Value::Minutes(spread) => json!({
            "cases": spread.cases.len(), "median_minutes": spread.median, "p90_minutes": spread.p90,
        }),
        Value::Share(rate) => json!({"hit": rate.hit.len(), "of": rate.of.len(), "share": rate.value()}),
        Value::Per100(value, cases) => json!({"count": cases.len(), "per_100": value}),
    };
    let all: Map<String, Json> =
        figures.measures().iter().map(|measure| (measure.code.to_owned(), one(&measure.value))).collect();
    Json::Object(all)
}

#[derive(Deserialize)]
struct Position {
    lon: f64,
    lat: f64,
    accuracy: Option<f64>,
    #[serde(default)]
    datum: Datum,
}

/// What the map says of a position.
async fn locate(site: web::Data<Site>, caller: Caller, asked: web::Query<Position>) -> Answer {
    caller.may("locate")?;
    let wrong = || Problem::bad("lon is from -180 to 180 and lat from -90 to 90");
    Point::checked(asked.lon, asked.lat).ok_or_else(wrong)?;
    if asked.accuracy.is_some_and(|metres| !metres.is_finite() || metres < 0.0) {
        return Err(Problem::bad("accuracy is metres, 0 or more"));
    }
    let mut fix = Fix::new(asked.lon, asked.lat, asked.datum, PlaceSource::Api);
    fix.accuracy_m = asked.accuracy;
    let city = site.app.city();
    let place = city.place(&fix);
    let nearby = site.app.nearby(&city.edition, fix.point, &place.located, NEAR).await?;
    let mut answer = serde_json::to_value(&place.located).unwrap_or_default();
    answer["stations"] = json!(nearby.stations);
    answer["on_duty"] = json!(nearby.on_duty);
    answer["desks"] = json!(nearby.desks);
    answer["point"] = json!({"lon": fix.point.lon, "lat": fix.point.lat});
    answer["edition"] = json!(place.edition);
    Ok(HttpResponse::Ok().json(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_json_and_names_what_is_served() {
        let described: Json = serde_json::from_str(OPENAPI).unwrap();
        let paths: Vec<&String> = described["paths"].as_object().unwrap().keys().collect();
        assert_eq!(
            paths,
            ["/api/v1/cases/{number}", "/api/v1/figures", "/api/v1/locate", "/api/v1/openapi.json"]
        );
    }

    #[test]
    fn a_figure_of_every_kind_is_described() {
        let described: Json = serde_json::from_str(OPENAPI).unwrap();
        let known = described["components"]["schemas"]["Figures"]["properties"].as_object().unwrap();
        let Json::Object(given) = measures(&Figures::default()) else { panic!("figures are an object") };
        let mut known: Vec<&String> = known.keys().collect();
        let mut given: Vec<&String> = given.keys().collect();
        known.sort();
        given.sort();
        assert_eq!(known, given);
    }
}
