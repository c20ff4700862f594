//! What `explain` says, laid out for a terminal of 80 columns. It finds no topic and prints nothing.

use std::fmt::Write;

use textwrap::Options;

use super::policy::{ACTIONS, LEFT_OUT, On};
use super::topic::Topic;
use super::words;
use crate::schema::{BACKENDS, Backend, Field, Level, STORAGE_PATH};

/// Columns that every line keeps to, but for words longer than that.
pub const WIDTH: usize = 80;

/// The text on a topic.
pub fn text(topic: Topic) -> String {
    match topic {
        Topic::Storage => storage(),
        Topic::Choice => choice(),
        Topic::Backend(backend) => block(backend),
        Topic::Field(backend, field) => one(backend, field),
        Topic::Policy => iam(),
    }
}

/// A text being laid out.
#[derive(Default)]
struct Page(String);

impl Page {
    fn heading(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// A paragraph, set in by two.
    fn prose(&mut self, text: &str) {
        self.row("", 0, text);
    }

    /// A name in a column of this width, and what there is to say beside it.
    fn row(&mut self, name: &str, column: usize, text: &str) {
        let first = format!("  {name:column$}");
        let rest = " ".repeat(2 + column);
        let options = Options::new(WIDTH)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.0.push_str(line.trim_end());
            self.0.push('\n');
        }
    }

    /// Lines as they are, set in by two.
    fn verbatim(&mut self, lines: &str) {
        for line in lines.lines() {
            // Writing into a String can't fail.
            let _ = writeln!(self.0, "  {line}");
        }
    }
}

fn storage() -> String {
    let mut page = Page::default();
    page.heading("registry.storage: where Mirantis Secure Registry keeps its images");
    page.prose(
        "The key backend chooses one of six backends; the block of that name holds its settings. In a custom resource of MSR the same stands under spec.",
    );
    page.heading("Backends (msr-storage explain BACKEND)");
    for backend in BACKENDS {
        page.row(backend.name, 18, &named(backend));
    }
    page.heading("Example");
    page.verbatim(&example(
        &BACKENDS[1]
            .fields
            .iter()
            .filter(|field| field.required)
            .collect::<Vec<_>>(),
        BACKENDS[1],
    ));
    page.heading("More");
    page.row("s3.region", 18, "One field: msr-storage explain s3.region");
    page.row(
        "policy",
        18,
        "The IAM policy for S3: msr-storage explain policy",
    );
    page.0
}

fn choice() -> String {
    let mut page = Page::default();
    page.heading("registry.storage.backend");
    page.prose("Which backend holds the images, spelled exactly as here.");
    page.heading("Values");
    for backend in BACKENDS {
        page.row(backend.name, 18, &named(backend));
    }
    page.heading("Mistakes");
    page.row(
        "-",
        2,
        "A block that is filled while backend does not name it is not used.",
    );
    page.row(
        "-",
        2,
        "Another backend is another, empty, store: images stay behind in the old one.",
    );
    page.0
}

/// A backend's full name, with what a reader wants to know first.
fn named(backend: &Backend) -> String {
    if backend.is_volume() {
        format!("{}; the default", backend.title)
    } else {
        backend.title.to_owned()
    }
}

fn block(backend: &'static Backend) -> String {
    let mut page = Page::default();
    page.heading(&format!(
        "{}.{}: {}",
        STORAGE_PATH.join("."),
        backend.name,
        backend.title
    ));
    for (level, heading) in [
        (Level::Standard, "Standard fields"),
        (Level::Advanced, "Advanced fields"),
    ] {
        let fields: Vec<_> = backend
            .fields
            .iter()
            .filter(|field| field.level == level)
            .collect();
        if fields.is_empty() {
            continue;
        }
        page.heading(heading);
        for field in fields {
            page.row(field.name, 19, &format!("{}{}", marks(field), field.doc));
        }
    }
    page.heading("Example");
    let shown =
        |field: &&Field| field.required || (backend.is_volume() && field.level == Level::Standard);
    page.verbatim(&example(
        &backend.fields.iter().filter(shown).collect::<Vec<_>>(),
        backend,
    ));
    page.heading("More");
    page.prose(&format!(
        "msr-storage explain {}.{}",
        backend.name, backend.fields[0].name
    ));
    page.0
}

fn marks(field: &Field) -> String {
    let marks = [(field.required, "required"), (field.secret, "secret")];
    let marks: Vec<_> = marks
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, mark)| *mark)
        .collect();
    if marks.is_empty() {
        String::new()
    } else {
        format!("({}) ", marks.join(", "))
    }
}

fn one(backend: &'static Backend, field: &'static Field) -> String {
    const COLUMN: usize = 11;
    let mut page = Page::default();
    page.heading(&backend.path(field));
    page.prose(field.doc);
    page.heading("Facts");
    page.row("Type", COLUMN, words::kind(field));
    page.row("Level", COLUMN, words::level(field));
    page.row(
        "Default",
        COLUMN,
        if field.required {
            "none: it must be set"
        } else {
            field.default
        },
    );
    if let Some(limits) = words::limits(backend, field) {
        page.row("Limits", COLUMN, &limits);
    }
    if words::is_s3_region(backend, field) {
        page.row("", COLUMN, "With regionendpoint of another service than AWS any region goes; --allow-region NAME lets one through on AWS.");
    }
    page.row("Reaches", COLUMN, &words::reach(backend, field));
    if field.secret {
        page.row("Secret", COLUMN, &format!("never in the workload: in the Secret WORKLOAD-storage, or under the key {} in the Secret that existingSecret names", field.name));
    }
    if let Some(other) = field.pair {
        page.row(
            "Together",
            COLUMN,
            &format!("with {other}: both or neither"),
        );
    }
    if field.identity {
        page.row(
            "Store",
            COLUMN,
            "another value is another store: on an upgrade the images stay behind in the old one",
        );
    }
    page.heading("Example");
    page.verbatim(&example(&[field], backend));
    if !field.mistakes.is_empty() {
        page.heading("Mistakes");
        for mistake in field.mistakes {
            page.row("-", 2, mistake);
        }
    }
    page.0
}

/// Every action of the least policy with its reason, from the list that the policy is made of.
fn iam() -> String {
    let mut page = Page::default();
    page.heading("The IAM policy for registry.storage.s3");
    page.prose("`msr-storage policy -f values.yaml` prints the least policy that the registry works with, for the configured bucket and root directory, in the partition of the region (aws, aws-cn, aws-us-gov). What the registry calls was read in the source of its S3 driver.");
    for (on, heading) in [
        (
            On::Listing,
            "On the bucket; with rootdirectory only for that prefix",
        ),
        (On::Bucket, "On the bucket"),
        (
            On::Objects,
            "On its objects; with rootdirectory only on those under it",
        ),
        (On::Key, "On the KMS key, where keyid is set"),
    ] {
        page.heading(heading);
        for action in ACTIONS.iter().filter(|action| action.on == on) {
            page.row(action.name, 32, action.why);
        }
    }
    page.heading("In the vendor's policy (--vendor), and not needed");
    for (name, why) in LEFT_OUT {
        page.row(&format!("{name}: "), 0, why);
    }
    page.heading("Roles");
    page.prose("`msr-storage policy --trust --oidc-provider ARN --service-account NAMESPACE:NAME` prints the trust policy of a role that EKS gives to that ServiceAccount alone.");
    page.prose("The credentials of registry 2.8 come from static keys, environment variables, a shared file, or the metadata service of EC2; it knows neither web identity (roles of a ServiceAccount) nor EKS pod identity. Registry 3 knows both.");
    page.0
}

/// Values as one writes them.
fn example(fields: &[&Field], backend: &Backend) -> String {
    let mut text = format!(
        "registry:\n  storage:\n    backend: {0}\n    {0}:\n",
        backend.name
    );
    for field in fields {
        // Writing into a String can't fail.
        let _ = writeln!(text, "      {}: {}", field.name, field.example);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::topic;
    use super::*;

    #[test]
    fn every_text_keeps_to_the_terminal() {
        for name in topic::names() {
            for line in text(topic::find(&name).unwrap()).lines() {
                // A value that is one long word can't be broken.
                let longest = line.split_whitespace().map(str::len).max().unwrap_or(0);
                assert!(
                    line.chars().count() <= WIDTH || longest > WIDTH / 2,
                    "{name}: {line}"
                );
                assert_eq!(line, line.trim_end(), "{name}");
            }
        }
    }

    /// What stands in the text under `name`, on one line.
    fn fact(text: &str, name: &str) -> Option<String> {
        let mut lines = text
            .lines()
            .skip_while(|line| !line.trim_start().starts_with(name));
        let first = lines
            .next()?
            .trim_start()
            .strip_prefix(name)?
            .trim()
            .to_owned();
        let rest = lines
            .take_while(|line| line.starts_with("             "))
            .map(str::trim);
        Some(rest.fold(first, |all, line| all + " " + line))
    }

    #[test]
    fn every_fact_of_a_field_is_said() {
        for backend in BACKENDS {
            for field in backend.fields {
                let page = text(Topic::Field(backend, field));
                assert!(page.contains(&backend.path(field)));
                for name in ["Type", "Level", "Default", "Reaches"] {
                    assert!(
                        fact(&page, name).is_some_and(|fact| !fact.is_empty()),
                        "{} {name}",
                        field.name
                    );
                }
                if let Some(variable) = backend.env(field) {
                    assert!(fact(&page, "Reaches").unwrap().contains(&variable));
                }
                assert_eq!(
                    fact(&page, "Secret").is_some(),
                    field.secret,
                    "{}",
                    backend.path(field)
                );
                assert_eq!(page.contains("Mistakes"), !field.mistakes.is_empty());
            }
        }
    }

    /// From the vendor's table of S3 settings and the driver's own limits.
    #[test]
    fn chunksize_says_its_limits_and_its_variable() {
        let page = text(topic::find("s3.chunksize").unwrap());
        assert_eq!(
            fact(&page, "Limits").unwrap(),
            "5242880 (5 MiB) to 5368709120 (5 GiB)"
        );
        assert_eq!(
            fact(&page, "Reaches").unwrap(),
            "REGISTRY_STORAGE_S3_CHUNKSIZE"
        );
        assert_eq!(fact(&page, "Level").unwrap(), "advanced");
    }
}
