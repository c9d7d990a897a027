//! A case: `body` is the whole of it, the other columns are what queries look for.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// How many events have been applied.
    pub version: i32,
    pub state: String,
    pub origin: String,
    pub category: String,
    /// The unit whose dispatchers see it.
    pub desk: String,
    /// The unit of the owner's whistle.
    pub owner: Option<String>,
    /// What the map said of its place, or what the reporter chose instead.
    pub grid: Option<String>,
    /// What the map itself said of its place.
    pub map_grid: Option<String>,
    pub community: Option<String>,
    pub subdistrict: Option<String>,
    /// The first reporter: `person:CODE`, `chat:ID` or `anonymous`.
    pub reporter: String,
    /// Who leads the owner's whistle.
    pub lead: Option<String>,
    /// WGS-84 degrees.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub reported_at: i64,
    pub whistled_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub arrived_at: Option<i64>,
    pub settled_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub answer_due: Option<i64>,
    pub arrive_due: Option<i64>,
    pub settle_due: Option<i64>,
    /// The earliest of all times and deadlines, also of called departments and of the rating.
    pub first_at: i64,
    /// The latest of them.
    pub last_at: i64,
    /// The deadline of the stage that it stands in; none when nothing is owed.
    pub due_at: Option<i64>,
    /// The same as the key of a list: behind every deadline where nothing is owed.
    pub due_key: i64,
    /// A person at a desk must decide something.
    pub waits: bool,
    /// It has gone up the ladder, or somebody is owed an answer.
    pub stuck: bool,
    /// A deadline rests on a year that nobody has published.
    pub provisional: bool,
    /// 0 grid, 1 community, 2 subdistrict, 3 district.
    pub escalation: i32,
    /// The case's own next alarm.
    pub wake_at: Option<i64>,
    /// Its alarm could not be given, the first time then; `wake_at` is when it is tried again.
    pub stuck_since: Option<i64>,
    pub suspended: bool,
    pub supervised: bool,
    pub joint: bool,
    pub urged: bool,
    pub extension_asked: bool,
    pub self_resolved: bool,
    /// What was told and where, lower case, for searching.
    #[sea_orm(column_type = "Text")]
    pub words: String,
    /// JSON of `domain::Case`.
    #[sea_orm(column_type = "Text")]
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}
