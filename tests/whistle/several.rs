//! Several processes over one database: what one does is seen in the others.

mod news;
mod upgrade;
