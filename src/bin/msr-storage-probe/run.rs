//! One probe from beginning to end: reach, sign in, the steps on the store, and cleaning up whatever failed before. It knows no backend's protocol.

use std::future::Future;
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use msr_storage::check::probe::protocol::{Answer, Kind, Request, Step, Trouble, VERSION, What};

use crate::endpoint::Endpoint;
use crate::services;
use crate::steps::{Store, Tried};
use crate::swift::Swift;
use crate::wire::Wire;

/// The probe as it goes.
pub(crate) struct Run {
    limit: Duration,
    answer: Answer,
}

impl Run {
    /// Does one step within its time, and notes what came of it; none where it failed.
    pub(crate) async fn step<T>(
        &mut self,
        what: What,
        doing: impl Future<Output = Result<T, Trouble>>,
    ) -> Option<T> {
        // An upload in parts has several requests of its own time each, and one to give it up.
        let limit = match what {
            What::Multipart => self.limit * 4,
            _ => self.limit,
        };
        let start = Instant::now();
        let done = tokio::time::timeout(limit, doing)
            .await
            .unwrap_or_else(|_| Err(Trouble::new(Kind::Time, "")));
        let (done, trouble) = match done {
            Ok(done) => (Some(done), None),
            Err(trouble) => (None, Some(trouble)),
        };
        self.answer.steps.push(Step {
            what,
            millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            trouble,
        });
        done
    }

    /// Whether the last step failed for a missing right.
    fn is_denied(&self) -> bool {
        let last = self.answer.steps.last();
        last.and_then(|step| step.trouble.as_ref())
            .is_some_and(|trouble| trouble.kind == Kind::Denied)
    }

    /// Whether the last step failed in a way that leaves the others no chance.
    fn is_over(&self) -> bool {
        let last = self.answer.steps.last();
        last.and_then(|step| step.trouble.as_ref())
            .is_some_and(|trouble| trouble.kind.ends_all())
    }
}

/// Runs it.
pub(crate) async fn run(request: &Request) -> Answer {
    let limit = Duration::from_secs(request.seconds);
    let mut endpoint = Endpoint::of(request);
    let mut run = Run {
        limit,
        answer: Answer {
            version: VERSION.to_owned(),
            endpoint: endpoint.shown(),
            ..Answer::default()
        },
    };
    let wire = match Wire::new(limit, request.flag("insecureskipverify", false)) {
        Ok(wire) => wire,
        Err(trouble) => {
            run.step(What::Reach, async { Err::<(), _>(trouble) }).await;
            return run.answer;
        }
    };
    if run
        .step(What::Reach, reach(request, &endpoint, &wire))
        .await
        .is_none()
    {
        return run.answer;
    }
    let store = if request.backend == "swift" {
        let swift = Swift::sign_in(request, &wire);
        let Some(swift) = run.step(What::SignIn, swift).await else {
            return run.answer;
        };
        endpoint.url = swift.url().to_owned();
        run.answer.endpoint = endpoint.shown();
        Store::Swift(swift)
    } else {
        match services::operator(request, &endpoint, &wire) {
            Ok(operator) => Store::of(request, operator),
            Err(trouble) => {
                run.step(What::List, async { Err::<(), _>(trouble) }).await;
                return run.answer;
            }
        }
    };
    on_store(&mut run, &Tried::new(request, store, wire)).await;
    run.answer
}

/// Whether anything answers there, be it a refusal. Where the bucket's region is told unasked, it must be that of the settings.
async fn reach(request: &Request, endpoint: &Endpoint, wire: &Wire) -> Result<(), Trouble> {
    let bucket = request.text("bucket").unwrap_or_default();
    let url = match request.backend.as_str() {
        "s3" => format!("{}/{bucket}", endpoint.url),
        _ => endpoint.url.clone(),
    };
    let got = wire
        .send(Method::HEAD, &url, HeaderMap::new(), Vec::new())
        .await?;
    // What an unsigned request is refused for is of no interest.
    wire.take();
    let told = got.headers.get("x-amz-bucket-region");
    let told = told.and_then(|value| value.to_str().ok());
    match (told, request.text("region")) {
        (Some(told), Some(region)) if !told.is_empty() && told != region => Err(Trouble {
            region: Some(told.to_owned()),
            ..Trouble::new(Kind::Region, "")
        }),
        _ => Ok(()),
    }
}

/// The steps on the store. What was perhaps written is deleted in any case, and named where that fails.
async fn on_store(run: &mut Run, tried: &Tried) {
    let listed = run.step(What::List, tried.list()).await;
    // A right that is missing may be the only one; whatever else is wrong is wrong for all.
    if listed.is_none() && !run.is_denied() {
        return;
    }
    if run.step(What::Write, tried.write()).await.is_some() {
        run.step(What::Read, tried.read()).await;
        if !run.is_over() {
            run.step(What::Multipart, tried.multipart()).await;
        }
    }
    if tried.has_written() {
        run.step(What::Delete, tried.delete()).await;
    }
    run.answer.left = tried.left();
}
