//! `whistle locate`: what the map says of a point.

use super::{Done, Failure, SettingsArgs, say};
use crate::{
    app::map::ladder,
    atlas::{Datum, Located, Point},
};
use clap::Args;
use serde_json::{Value, json};

/// Stations, units on duty and desks that are told.
const NEAR: usize = 3;

#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct LocateArgs {
    /// 经度 · longitude, degrees
    lon: f64,
    /// 纬度 · latitude, degrees
    lat: f64,
    /// 定位精度（米） · radius of uncertainty, metres
    #[arg(long, value_name = "M", value_parser = metres)]
    accuracy: Option<f64>,
    /// 坐标系 · wgs84, cgcs2000, gcj02 or bd09
    #[arg(long, default_value = "wgs84", value_parser = datum)]
    datum: Datum,
}

pub async fn locate(layers: &SettingsArgs, args: &LocateArgs) -> Done {
    if Point::checked(args.lon, args.lat).is_none() {
        return Err(Failure(format!("{} {} is no longitude and latitude", args.lon, args.lat)));
    }
    let (_, app) = layers.app().await?;
    let city = app.city();
    if city.edition.is_empty() {
        return Err(Failure("没有地图 there is no map: whistle import map FILE".into()));
    }
    let point = args.datum.to_wgs84(args.lon, args.lat);
    let located = city.edition.locate(point, args.accuracy);
    let mut answer = answer(point, city.edition_id, &located)?;
    answer["ladder"] = serde_json::to_value(ladder(&city.edition, &located))?;
    let nearby = app.nearby(&city.edition, point, &located, NEAR).await?;
    answer["stations"] = serde_json::to_value(nearby.stations)?;
    answer["on_duty"] = serde_json::to_value(nearby.on_duty)?;
    answer["desks"] = serde_json::to_value(nearby.desks)?;
    say(format_args!("{answer:#}"))
}

/// The owner, its levels and the candidates; `point` is WGS-84.
fn answer(point: Point, edition: Option<i64>, located: &Located) -> Result<Value, Failure> {
    let mut answer = serde_json::to_value(located)?;
    answer["owner"] = json!(located.owner());
    answer["point"] = json!({"lon": point.lon, "lat": point.lat});
    answer["edition"] = json!(edition);
    Ok(answer)
}

fn metres(text: &str) -> Result<f64, String> {
    let metres = text.parse::<f64>().ok().filter(|metres| metres.is_finite() && *metres >= 0.0);
    metres.ok_or_else(|| "must be metres, 0 or more".into())
}

fn datum(word: &str) -> Result<Datum, String> {
    let quoted = Value::String(word.to_lowercase());
    serde_json::from_value(quoted).map_err(|_| "known are wgs84, cgcs2000, gcj02, bd09".into())
}
