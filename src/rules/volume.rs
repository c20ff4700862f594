//! Rules on the claim. They do not ask the cluster.

use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::settings::{Scalar, Setting};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&ACCESS_MODE, &TINY_SIZE];

static ACCESS_MODE: Rule = Rule {
    code: "access-mode",
    severity: Severity::Error,
    summary: "an access mode that cannot serve the registry's replicas",
    why: "Pods on another node never mount a ReadWriteOnce claim and wait for ever; a read-only claim takes no push.",
    fix: "Use ReadWriteMany with a storage class that can do it, or one replica.",
    check: Check::One(access_mode),
    ..Rule::BASE
};

static TINY_SIZE: Rule = Rule {
    code: "tiny-size",
    severity: Severity::Warning,
    summary: "a size of less than a mebibyte",
    why: "A quantity without a unit is a number of bytes, and `m` stands for thousandths: `100` is a hundred bytes. Kubernetes takes it, and the provisioner refuses it or makes its smallest volume, which is full soon (Kubernetes' resource.Quantity).",
    fix: "Write the unit: 100Gi.",
    check: Check::One(tiny_size),
    ..Rule::BASE
};

/// The fields of the claim, whichever backend is chosen.
pub(super) fn claim<'a>(subject: &Subject<'a>, name: &str) -> Option<&'a Setting> {
    let settings = subject.settings;
    let fields = if settings.backend.is_volume() {
        &settings.fields
    } else {
        &settings.volume
    };
    fields.iter().find(|setting| setting.field.name == name)
}

fn tiny_size(subject: &Subject) -> Option<Diagnostic> {
    const MEBIBYTE: f64 = 1_048_576.0;
    let setting = claim(subject, "size")?;
    let Scalar::Text(size) = &setting.value else {
        return None;
    };
    let bytes = quantity(size).filter(|bytes| *bytes < MEBIBYTE)?;
    let amount = match size.as_str() {
        text if text.ends_with('m') => "thousandths of a byte".to_owned(),
        _ if bytes < 1024.0 => format!("{bytes} bytes"),
        _ => "less than a mebibyte".to_owned(),
    };
    let digits: String = size.chars().take_while(char::is_ascii_digit).collect();
    Some(
        Diagnostic::new(
            &TINY_SIZE,
            format!("registry.storage.persistentVolume.size is {size}: that is {amount}"),
        )
        .at(&setting.origin)
        .help(format!("did you mean {digits}Gi?")),
    )
}

fn access_mode(subject: &Subject) -> Option<Diagnostic> {
    let Subject {
        settings, facts, ..
    } = subject;
    // Beside another backend's block the claim holds no images.
    if facts.swarm || !settings.backend.is_volume() {
        return None;
    }
    let path = "registry.storage.persistentVolume.accessMode";
    let setting = settings.get("accessMode");
    let (mode, place, said) = match setting {
        Some(setting) => {
            let mode = settings.text("accessMode")?;
            (mode, Some(&setting.origin), format!("{path}: {mode}"))
        }
        None => {
            let mode = facts.claim_mode.as_deref()?;
            let said = format!("{path} is not set, and the claim's {mode}");
            (mode, settings.chosen.as_ref(), said)
        }
    };
    let trouble = trouble(mode, facts.replicas.unwrap_or(1))?;
    let fault = Diagnostic::new(&ACCESS_MODE, format!("{said} {trouble}"))
        .help("use ReadWriteMany, or one replica");
    Some(match place {
        Some(place) => fault.at(place),
        None => fault.at(&subject.storage.origin),
    })
}

/// What a mode cannot do for so many pods.
fn trouble(mode: &str, replicas: i64) -> Option<String> {
    match mode {
        "ReadOnlyMany" => Some("takes no push".to_owned()),
        "ReadWriteOnce" | "ReadWriteOncePod" if replicas > 1 => Some(format!(
            "serves one node, but the registry has {replicas} replicas"
        )),
        _ => None,
    }
}

/// A Kubernetes quantity in its unit, bytes for a claim; an approximation is enough to compare.
pub(crate) fn quantity(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let factor = match suffix {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        "Ei" => 1024f64.powi(6),
        _ => return text.parse().ok(),
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::quantity;

    #[test]
    fn quantities_compare_across_units() {
        assert!(quantity("1Ti").unwrap() > quantity("1000Gi").unwrap());
        assert!(quantity("1T").unwrap() < quantity("1Ti").unwrap());
        assert_eq!(quantity("1e3"), Some(1000.0));
        assert_eq!(quantity("big"), None);
    }
}
