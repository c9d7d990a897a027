//! Several processes over one database: what one does is seen in the others.

mod backup;
mod news;
mod ready;
mod upgrade;
