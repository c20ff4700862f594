//! Findings for people: the source line with the place underlined, then what to do. Colour is the caller's choice.

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin as Header, Renderer, Snippet,
};

use super::mask::{Excerpt, Masker};
use super::{Position, Report, line, one_line};
use crate::diag::{Diagnostic, Severity};
use crate::origin::{Origin, SourceKind};

/// Whether the text may hold terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// ANSI escape codes.
    On,
}

/// Stands for the first place's name and position while the layout is made; the ones after it for the next places.
///
/// The renderer would count columns in the masked line, where they are others than in the file.
const FIRST_STAND_IN: u32 = 0xE000;

/// Findings, an empty line between them, each ending in a line break.
pub fn render(diagnostics: &[Diagnostic], colour: Colour) -> String {
    let renderer = match colour {
        Colour::Off => Renderer::plain(),
        Colour::On => Renderer::styled(),
    };
    let mut masker = Masker::default();
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|found| diagnostic(found, &renderer, &mut masker))
        .collect();
    texts.join("\n")
}

fn diagnostic(found: &Diagnostic, renderer: &Renderer, masker: &mut Masker) -> String {
    let mut headers = Vec::new();
    let group = group(found, masker, &mut headers);
    let mut text = renderer.render(&[group]) + "\n";
    for (stand_in, header) in headers {
        text = text.replacen(&stand_in, &header, 1);
    }
    text
}

/// A whole report: its findings, and unless quiet a summary line.
pub fn report(report: &Report, colour: Colour, quiet: bool) -> String {
    let mut text = render(&report.diagnostics, colour);
    if !quiet {
        if !text.is_empty() {
            text.push('\n');
        }
        text += &report.summary();
        text.push('\n');
    }
    text
}

fn group<'a>(
    found: &'a Diagnostic,
    masker: &mut Masker,
    headers: &mut Vec<(String, String)>,
) -> Group<'a> {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(one_line(&found.message))
        .id(found.rule.code);
    let mut group = Group::with_title(title);
    if let Some(origin) = &found.place {
        group = group.element(place(origin, None, masker, headers));
    }
    for (origin, why) in &found.related {
        group = group.element(place(origin, Some(why), masker, headers));
    }
    match &found.help {
        Some(help) => group.element(Level::HELP.message(one_line(help))),
        None => group,
    }
}

/// Where a place is, and its line. `why` is given for a related place.
fn place<'a>(
    origin: &Origin,
    why: Option<&String>,
    masker: &mut Masker,
    headers: &mut Vec<(String, String)>,
) -> Element<'a> {
    let header = line::place(origin);
    let Some(at) = Position::of(origin) else {
        let why = why.map(|why| format!(": {}", one_line(why)));
        return Header::path(header + &why.unwrap_or_default()).into();
    };
    let Excerpt { text, span } = masker.excerpt(origin);
    let line = if has_lines(origin) { at.line } else { 1 };
    let column = text[..span.start].chars().count() + 1;
    let name = stand_in(headers.len());
    headers.push((format!("{name}:{line}:{column}"), header));
    let mark = match why {
        None => AnnotationKind::Primary.span(span),
        Some(why) => AnnotationKind::Context.span(span).label(one_line(why)),
    };
    Snippet::source(text)
        .path(name)
        .line_start(line)
        .line_numbering(has_lines(origin))
        .annotation(mark)
        .into()
}

/// A character of the private use area, which [`one_line`] keeps out of every text.
fn stand_in(index: usize) -> String {
    let code = u32::try_from(index).map_or(FIRST_STAND_IN, |index| FIRST_STAND_IN + index);
    char::from_u32(code).map(String::from).unwrap_or_default()
}

/// Whether a source has lines worth counting: a flag's value has not.
pub fn has_lines(origin: &Origin) -> bool {
    !matches!(
        origin.source.kind,
        SourceKind::Flag | SourceKind::HelmFlag | SourceKind::Variable
    )
}
