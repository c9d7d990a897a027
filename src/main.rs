//! The command. What it can do stands in [`whistle::commands`].

fn main() -> std::process::ExitCode {
    whistle::commands::run()
}
