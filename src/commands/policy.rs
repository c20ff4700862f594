//! `msr-storage policy`: an IAM policy for the configured bucket on stdout, and nothing else there. The policies are the guide's.

use serde_json::Value;

use crate::cli::ValueArgs;
use crate::commands::{Exit, Streams};
use crate::guide::policy::{self, Store, Trusted};
use crate::output::human::{self, Colour};
use crate::pipeline::sources::{self, Layer};
use crate::rules::s3::on_aws;
use crate::schema::STORAGE_PATH;
use crate::settings::{self, Settings};
use crate::values::{Dialect, Node};

/// Arguments of `policy`.
#[derive(clap::Args, Clone)]
pub struct Args {
    #[command(flatten)]
    values: ValueArgs,
    /// Print the policy of the vendor's guide instead of the least one
    #[arg(long, conflicts_with = "trust")]
    vendor: bool,
    /// Print the trust policy of a role for EKS instead; it needs no values
    #[arg(long, requires_all = ["oidc_provider", "service_account"])]
    trust: bool,
    /// The cluster's OIDC provider: its ARN, or the issuer's URL with --account
    #[arg(long, value_name = "ARN", requires = "trust")]
    oidc_provider: Option<String>,
    /// The ServiceAccount of the registry's pods, as NAMESPACE:NAME
    #[arg(long, value_name = "NAMESPACE:NAME", requires = "trust", value_parser = service_account)]
    service_account: Option<(String, String)>,
    /// The number of the AWS account, of twelve digits, where --oidc-provider is a URL
    #[arg(long, value_name = "NUMBER", requires = "trust")]
    account: Option<String>,
}

fn service_account(text: &str) -> Result<(String, String), String> {
    match text.split_once([':', '/']) {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
            Ok((namespace.to_owned(), name.to_owned()))
        }
        _ => Err("it is written NAMESPACE:NAME, such as msr:msr-registry".to_owned()),
    }
}

/// Runs it.
///
/// # Errors
/// A stream can't be written to.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    if let (Some(provider), Some((namespace, name))) = (&args.oidc_provider, &args.service_account)
    {
        let arn = policy::provider_arn(provider, args.account.as_deref());
        let trust = arn.and_then(|arn| {
            policy::trust(&Trusted {
                provider: &arn,
                namespace,
                service_account: name,
            })
        });
        let Some(trust) = trust else {
            writeln!(
                streams.errors,
                "msr-storage: --oidc-provider is an ARN (arn:aws:iam::NUMBER:oidc-provider/…), or the issuer's URL with --account and a number of twelve digits"
            )?;
            return Ok(Exit::Usage);
        };
        return print(&trust, streams);
    }
    let Some(settings) = read(&args.values, streams)? else {
        return Ok(Exit::Findings);
    };
    if settings.backend.name != "s3" {
        writeln!(
            streams.errors,
            "msr-storage: an IAM policy is for the backend s3; registry.storage.backend is {}",
            settings.backend.name
        )?;
        return Ok(Exit::Findings);
    }
    let text = |name| settings.text(name).unwrap_or_default();
    let store = Store {
        bucket: text("bucket"),
        root: text("rootdirectory"),
        region: text("region"),
        key: settings.text("keyid"),
        on_aws: on_aws(&settings),
    };
    let policy = if args.vendor {
        policy::vendor(&store)
    } else {
        policy::least(&store)
    };
    print(&policy, streams)
}

/// The settings of the values given; none where they are wrong, which is then said.
fn read(args: &ValueArgs, streams: &mut Streams) -> anyhow::Result<Option<Settings>> {
    let (settings, faults) = match args.layers(Dialect::Helm4) {
        Err(fault) => (None, vec![fault]),
        Ok(layers) => {
            let Some(storage) = storage(&layers) else {
                writeln!(
                    streams.errors,
                    "msr-storage: the values hold no registry.storage; give them by -f or --set, as to Helm"
                )?;
                return Ok(None);
            };
            let outcome = settings::read(&storage, None);
            let whole = outcome.settings.filter(|_| outcome.faults.is_empty());
            (whole, outcome.faults)
        }
    };
    streams
        .errors
        .write_all(human::render(&faults, Colour::On).as_bytes())?;
    Ok(settings)
}

/// The storage settings wherever they stand: there is one policy to print, so a custom resource or an umbrella chart's values need no further flag.
fn storage(layers: &[Layer]) -> Option<Node> {
    let whole = sources::merged(layers, &[]);
    let found = || Some(sources::find_storage(&whole)?.1);
    whole.at(&STORAGE_PATH).or_else(found).cloned()
}

fn print(policy: &Value, streams: &mut Streams) -> anyhow::Result<Exit> {
    writeln!(streams.output, "{policy:#}")?;
    Ok(Exit::Done)
}
