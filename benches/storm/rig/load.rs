//! People who report: on a schedule that waits for nobody (open), or each as soon as the one before is
//! taken (closed). By the webhook, or where getUpdates finds it.
//!
//! In an open load a report has its time. A connection that is free then begins with it, and one that is
//! not begins late: the lateness counts. (What our own timer is late does not.)

use super::{
    bot_api::BotApi,
    office::SECRET,
    town::{Part, Town, report_of, update_id},
    wire::Wire,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::Instant;

/// After an update was not taken it is brought again; Telegram waits longer.
const AGAIN: Duration = Duration::from_millis(50);
/// So long nobody answered: the connection is given up, and the update brought again.
const PATIENCE: Duration = Duration::from_mins(1);
/// Updates that wait for getUpdates in a closed load.
const QUEUE: usize = 200;
const TICK: Duration = Duration::from_millis(1);

/// When reports come.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// Each connection brings one after the other.
    Closed,
    /// So many a second, whatever becomes of them.
    Open(f64),
}

/// What became of a report: nanoseconds of the Bot API's clock.
#[derive(Clone, Copy, Debug)]
pub struct Brought {
    /// Its number.
    pub n: u64,
    /// When each of its two updates should have been brought.
    pub due: [u64; 2],
    /// When each was acknowledged; none where it never was.
    pub acked: [Option<u64>; 2],
    /// How often they were brought.
    pub tries: u32,
}

/// Where updates are brought: the processes' addresses, which change when one is started again.
#[derive(Clone, Default)]
pub struct Doors(Arc<Mutex<Vec<String>>>);

/// A town that reports.
#[derive(Clone)]
pub struct Load {
    /// Its people.
    pub town: Arc<Town>,
    /// Where the program's letters arrive, and whose clock counts.
    pub api: Arc<BotApi>,
    next: Arc<AtomicU64>,
}

impl Doors {
    /// These processes.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let doors = Self::default();
        doors.set(addresses);
        doors
    }

    /// From now on these.
    pub fn set<'a>(&self, addresses: impl IntoIterator<Item = &'a str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            addresses.into_iter().map(str::to_owned).collect();
    }

    fn pick(&self, lane: usize) -> Option<String> {
        let doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doors.get(lane % doors.len().max(1)).cloned()
    }
}

impl Brought {
    /// Both of its updates were acknowledged.
    pub fn is_complete(&self) -> bool {
        self.acked[1].is_some()
    }
}

/// One load: how it is brought, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    /// When reports come.
    pub pace: Pace,
    /// For how long.
    pub lasts: Duration,
    /// No more reports than this.
    pub most: u64,
    /// Connections at a time.
    pub connections: usize,
    /// How long what was begun is brought again and again after that.
    pub grace: Duration,
}

impl Load {
    /// A load on a town; reports are numbered through all its spells.
    pub fn new(town: Town, api: BotApi) -> Self {
        Self { town: Arc::new(town), api: Arc::new(api), next: Arc::default() }
    }

    /// Brings updates to the webhook.
    pub async fn by_webhook(&self, doors: &Doors, spell: Spell) -> Vec<Brought> {
        let turn = Arc::new(AtomicU64::new(0));
        let begun = Instant::now();
        let mut lanes = tokio::task::JoinSet::new();
        for number in 0..spell.connections {
            let lane = Lane {
                load: self.clone(),
                doors: doors.clone(),
                number,
                wire: None,
                begun,
                spell,
                turn: turn.clone(),
            };
            lanes.spawn(lane.run());
        }
        let mut all: Vec<Brought> = lanes.join_all().await.into_iter().flatten().collect();
        all.sort_by_key(|one| one.n);
        all
    }

    /// Puts updates where getUpdates finds them.
    pub async fn by_polling(&self, spell: Spell) -> Vec<Brought> {
        let begun = Instant::now();
        let end = begun + spell.lasts;
        let mut all: HashMap<u64, Brought> = HashMap::new();
        for turn in 0..spell.most {
            let room = || self.api.waiting() < QUEUE;
            let at = match spell.pace {
                Pace::Open(rate) => begun + Duration::from_secs_f64(turn as f64 / rate),
                Pace::Closed => Instant::now(),
            };
            if at >= end {
                break;
            }
            match spell.pace {
                Pace::Open(_) => tokio::time::sleep_until(at).await,
                Pace::Closed => {
                    while !room() {
                        let _ = tokio::time::timeout(PATIENCE, self.api.some_confirmed()).await;
                    }
                }
            }
            let brought = self.put();
            all.insert(brought.n, brought);
            self.note(&mut all);
        }
        let patient = end + spell.grace;
        while self.api.waiting() > 0 && Instant::now() < patient {
            let _ = tokio::time::timeout(TICK * 10, self.api.some_confirmed()).await;
        }
        self.note(&mut all);
        let mut all: Vec<Brought> = all.into_values().collect();
        all.sort_by_key(|one| one.n);
        all
    }

    fn put(&self) -> Brought {
        let n = self.next.fetch_add(1, Relaxed);
        let now = self.api.now();
        for part in [Part::Pin, Part::Photo] {
            self.api.push(update_id(n, part), self.town.update(n, part));
        }
        Brought { n, due: [now; 2], acked: [None; 2], tries: 2 }
    }

    fn note(&self, all: &mut HashMap<u64, Brought>) {
        for (update, at) in self.api.take_confirmed() {
            let (n, part) = report_of(update);
            if let Some(one) = all.get_mut(&n) {
                one.acked[part as usize] = Some(at);
            }
        }
    }
}

/// A connection that brings updates.
struct Lane {
    load: Load,
    doors: Doors,
    number: usize,
    wire: Option<Wire>,
    begun: Instant,
    spell: Spell,
    turn: Arc<AtomicU64>,
}

impl Lane {
    async fn run(mut self) -> Vec<Brought> {
        let mut all = Vec::new();
        while let Some(due) = self.next_due().await {
            let n = self.load.next.fetch_add(1, Relaxed);
            let mut one = Brought { n, due: [due; 2], acked: [None; 2], tries: 0 };
            for part in [Part::Pin, Part::Photo] {
                if part == Part::Photo {
                    // Of a chat Telegram brings one update at a time.
                    one.due[1] = self.load.api.now();
                }
                one.acked[part as usize] = self.bring(n, part, &mut one.tries).await;
                if one.acked[part as usize].is_none() {
                    break;
                }
            }
            all.push(one);
        }
        all
    }

    /// When the next report is due, once it is; none when the load is over.
    async fn next_due(&self) -> Option<u64> {
        let end = self.begun + self.spell.lasts;
        let turn = self.turn.fetch_add(1, Relaxed);
        if turn >= self.spell.most {
            return None;
        }
        let Pace::Open(rate) = self.spell.pace else {
            return (Instant::now() < end).then(|| self.load.api.now());
        };
        let at = self.begun + Duration::from_secs_f64(turn as f64 / rate);
        let now = Instant::now();
        if at >= end || now >= end {
            return None;
        }
        if now < at {
            tokio::time::sleep_until(at).await;
            return Some(self.load.api.now());
        }
        Some(self.load.api.now().saturating_sub((now - at).as_nanos() as u64))
    }

    /// Brings an update until it is acknowledged; none when the time is up.
    async fn bring(&mut self, n: u64, part: Part, tries: &mut u32) -> Option<u64> {
        let request = request(&self.load.town.update(n, part));
        let end = self.begun + self.spell.lasts + self.spell.grace;
        loop {
            *tries += 1;
            if self.ask(&request).await {
                return Some(self.load.api.now());
            }
            if Instant::now() >= end {
                return None;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn ask(&mut self, request: &[u8]) -> bool {
        let asked = tokio::time::timeout(PATIENCE, async {
            let mut wire = match self.wire.take() {
                Some(wire) => wire,
                None => Wire::to(&self.doors.pick(self.number).unwrap_or_default()).await?,
            };
            let said = wire.ask(request).await?;
            std::io::Result::Ok((wire, said.status()))
        });
        let Ok(Ok((wire, status))) = asked.await else { return false };
        self.wire = Some(wire);
        status == 200
    }
}

fn request(update: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /telegram/webhook HTTP/1.1\r\nHost: storm\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        update.len()
    );
    let mut whole = head.into_bytes();
    whole.extend_from_slice(update);
    whole
}
