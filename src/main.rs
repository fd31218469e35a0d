//! Parse, run, print the error, choose the exit code; nothing else.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use hpc_cost::cli::{self, Context, Verdict};
use hpc_cost::error::{EXIT_ANSWER_IS_NO, EXIT_ANSWERED};
use hpc_cost::guard::is_guarded;
use hpc_cost::model::said::Lang;
use hpc_cost::model::time::Month;
use hpc_cost::render::failure;

fn main() -> ExitCode {
    ask_for_the_command_on_panic();
    let (cli, said) = cli::parse();
    let context = context(cli.lang(), said);
    match cli::run(&context, &cli) {
        Ok(Verdict::Yes) => ExitCode::from(EXIT_ANSWERED),
        Ok(Verdict::No) => ExitCode::from(EXIT_ANSWER_IS_NO),
        Err(error) => {
            let shown = failure::render(&error, context.lang, cli::color_errors(&context, &cli));
            let _ = write!(io::stderr(), "{shown}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// The clock and the environment are read here and nowhere else.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock and the environment")]
fn context(lang: Option<Lang>, said: Vec<(String, PathBuf)>) -> Context {
    let now = jiff::Timestamp::now();
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    // XDG Base Directory Specification 0.8: $XDG_CACHE_HOME, else $HOME/.cache.
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    Context {
        now: now.as_second(),
        this_month: Month::of(now),
        profile: std::env::var("AWS_PROFILE")
            .ok()
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty()),
        cache: caches.map(|caches| caches.join("hpc-cost")),
        // AWS Batch user guide, "Array jobs": set in each child.
        array_child: number("AWS_BATCH_JOB_ARRAY_INDEX").zip(number("AWS_BATCH_JOB_ARRAY_SIZE")),
        columns: number("COLUMNS")
            .and_then(|columns| usize::try_from(columns).ok())
            .filter(|columns| *columns > 0),
        no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        lang: lang.unwrap_or_else(|| Lang::of_locale(|name| std::env::var(name).ok())),
        said,
    }
}

fn ask_for_the_command_on_panic() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // An error tells it in the user's words.
        if is_guarded() {
            return;
        }
        usual(info);
        let _ = writeln!(
            io::stderr(),
            "\nthis is a bug in hpc-cost: please report it with the command and the scenario"
        );
    }));
}
