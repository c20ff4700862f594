//! `msr-storage diff`: what the post-renderer would change of the stream on standard input. It changes nothing, and shows no secret.

use anyhow::Context;

use super::post_render;
use crate::cli::Color;
use crate::commands::{Exit, Streams};
use crate::guide::diff;
use crate::krm::Function;
use crate::output::human;
use crate::workload::Stream;

/// Arguments of `diff`: those of the post-renderer.
#[derive(clap::Args, Clone)]
#[group(skip)]
pub struct Args {
    /// What the post-renderer would be given.
    #[command(flatten)]
    pub post_render: post_render::Args,
    /// Colours in the difference
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,
}

/// Runs it: [`Exit::Done`] where nothing would change, [`Exit::Findings`] where something would, or the post-renderer would refuse.
///
/// # Errors
/// Whatever keeps it from reading or writing.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let (options, input) = post_render::begin(&args.post_render, streams)?;
    let before = Stream::new(&input);
    let rendered = Function::of(&before)
        .map_err(|fault| vec![fault])
        .and_then(|function| {
            let function = function.map(Function::keeping_input);
            post_render::render(&args.post_render, options, &before, function.as_ref())
        });
    let (plan, parts) = match rendered {
        Ok(rendered) => rendered,
        Err(faults) => {
            streams
                .errors
                .write_all(human::render(&faults, human::Colour::On).as_bytes())?;
            return Ok(Exit::Findings);
        }
    };
    let output = parts.concat();
    if *output == *input {
        return Ok(Exit::Done);
    }
    let text = diff::unified(
        &before,
        &plan,
        &Stream::new(&output),
        args.color.on_stdout(),
    );
    streams
        .output
        .write_all(text.as_bytes())
        .and_then(|()| streams.output.flush())
        .context("standard output can't be written")?;
    Ok(Exit::Findings)
}
