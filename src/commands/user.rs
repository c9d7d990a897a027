//! `whistle user`: passwords of those who sign in to the console.

use super::{Done, SettingsArgs, about, say};
use clap::{Args, Subcommand};
use std::io::{BufRead, IsTerminal};

#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// 设置密码，从标准输入读一行 · set the password; one line is read from stdin
    SetPassword {
        /// 人员编码 · the person's code
        #[arg(value_name = "PERSON_CODE")]
        person: String,
    },
}

pub async fn user(layers: &SettingsArgs, args: &UserArgs) -> Done {
    let UserCommand::SetPassword { person } = &args.command;
    let (_, app) = layers.app().await?;
    let password = read_line(&mut std::io::stdin().lock())?;
    app.set_password(&person.as_str().into(), &password).await.map_err(|error| about(person, error))?;
    say(format_args!("已设置 {person} 的密码 the password of {person} is set"))
}

fn read_line(input: &mut impl BufRead) -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        eprint!("新密码（会显示） new password (it is shown): ");
    }
    let mut line = String::new();
    input.read_line(&mut line).map_err(|error| format!("stdin: {error}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        Err("标准输入里没有密码 no password on stdin".into())
    } else {
        Ok(password.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::read_line;

    #[test]
    fn the_first_line_is_the_password_blanks_included() {
        assert_eq!(read_line(&mut " two words \r\nmore\n".as_bytes()).as_deref(), Ok(" two words "));
        assert!(read_line(&mut "\n".as_bytes()).is_err());
    }
}
