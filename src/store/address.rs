//! The database's address. It may hold a password, so what is wrong with it is said without showing
//! any of it, and what a driver says is shown without the address.

use super::{Error, Result};
use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr, SqlxError,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};
use std::{str::FromStr, time::Duration};
use url::Url;

/// What stands in place of an address.
const HIDDEN: &str = "***";
/// How long a server may take to say why it lets nobody in.
const PROBE: Duration = Duration::from_secs(3);

/// Can this be the address of a database of ours: `sqlite://PATH?mode=rwc`, `sqlite::memory:` or
/// `postgres://USER:PASSWORD@HOST/NAME`? An address that splits in the middle of its password can be
/// read, as another one; that is found too.
///
/// # Errors
/// [`Error::Address`], which shows nothing of it.
pub fn check_address(url: &str) -> Result<()> {
    let server = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    if !server && !url.starts_with("sqlite:") {
        return Err(Error::Address("must begin with sqlite:// or postgres://".into()));
    }
    let known = Url::parse(url).is_ok_and(|parts| !server || is_whole(&parts));
    match known {
        true => Ok(()),
        false if server => Err(Error::Address(
            "is no address such as postgres://user:password@host/name; in the password write % as %25, # as \
             %23, / as %2F, ? as %3F, @ as %40, [ as %5B, ] as %5D and a blank as %20"
                .into(),
        )),
        false => Err(Error::Address("is no address such as sqlite://whistle.db?mode=rwc".into())),
    }
}

/// A `#`, `/` or `?` of a password leaves its rest, with the `@`, behind the host.
fn is_whole(parts: &Url) -> bool {
    let behind = |text: &str| text.contains('@');
    parts.fragment().is_none() && !behind(parts.path()) && !parts.query().is_some_and(behind)
}

/// What went wrong with a connection, without the address and its password. A pool that waited in vain
/// does not know why, so the server is asked once more.
pub(super) async fn unreachable(url: &str, error: DbErr) -> Error {
    let waited = match &error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => true,
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => matches!(**cause, SqlxError::PoolTimedOut),
        _ => false,
    };
    let reason = if waited { reason(url).await } else { None };
    match Error::from(error) {
        Error::Database(text) => Error::Database(without(url, &reason.unwrap_or(text))),
        other => other,
    }
}

/// Why a PostgreSQL server lets nobody in; none when it does, or does not say.
async fn reason(url: &str) -> Option<String> {
    let options = PgConnectOptions::from_str(url).ok()?;
    let tried = tokio::time::timeout(PROBE, options.connect()).await.ok()?;
    tried.err().map(|error| error.to_string())
}

/// The text without the address, should a driver repeat it.
fn without(url: &str, text: &str) -> String {
    text.replace(url, HIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Options, Store};

    #[test]
    fn an_address_that_splits_in_its_password_is_refused_and_not_shown() {
        for password in ["p#ss", "p/ss", "p?ss", "p@ss/", "p[ss]/", "1#hunter2", "1/hunter2", "1?hunter2"] {
            let url = format!("postgres://whistle:{password}@db/x");
            let Err(error) = check_address(&url) else { panic!("{url} is taken") };
            let said = error.to_string();
            assert!(said.starts_with("database.url: "), "{said}");
            assert!(
                !said.contains("whistle:") && !said.contains("ss@") && !said.contains("hunter2"),
                "{said}"
            );
        }
        for good in [
            "postgres://whistle:p%23s%2Fs@db/x",
            "postgresql:///x?host=/run/postgresql",
            "postgres://whistle@[::1]:5432/x?sslmode=require",
            "sqlite://var/whistle.db?mode=rwc",
            "sqlite::memory:",
        ] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        assert!(check_address("mysql://root:hunter2@db/x").is_err());
        assert!(check_address("sqlite://a b/x.db").is_err());
    }

    #[test]
    fn what_a_driver_says_is_shown_without_the_address() {
        let url = "postgres://whistle:p%23ss@db/x";
        assert_eq!(without(url, &format!("cannot read {url}, sorry")), "cannot read ***, sorry");
    }

    #[tokio::test]
    async fn a_connection_that_fails_does_not_show_the_password() {
        let options =
            Options { connect_timeout: Duration::ZERO, busy_timeout: Duration::ZERO, ..Options::default() };
        for password in ["hun#ter2", "hun/ter2", "hun ter2", "hun[ter2", "hun%5Bter2"] {
            let url = format!("postgres://whistle:{password}@127.0.0.1:1/x");
            let said = Store::connect(&url, &options).await.err().unwrap().to_string();
            assert!(!said.contains("hun") && !said.contains("ter2"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_refuses() {
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let options =
            Options { connect_timeout: Duration::ZERO, busy_timeout: Duration::ZERO, ..Options::default() };
        let url = format!("postgres://whistle@127.0.0.1:{port}/x");
        let said = Store::connect(&url, &options).await.err().unwrap().to_string();
        assert!(said.contains("Connection refused"), "{said}");
    }
}
