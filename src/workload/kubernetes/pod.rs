//! What a pod asks for: the effective request of its containers.
//!
//! Source: <https://kubernetes.io/docs/concepts/resource-management/effective-pod-requests-limits/>,
//! <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/> and
//! <https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/>, read 2026-11-23. Containers add
//! up; init containers run before them one by one, so the most that one of them needs counts if that is more. A sidecar, an
//! init container that is always restarted, stays: it adds to the containers and to the init containers after it. What is
//! only limited is requested, too. A request of the pod itself stands for those of its containers. Overhead comes on top.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{amount, binary_unit};
use crate::workload::words;

/// GPUs as device plugins name them: <https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/>, read 2026-11-23.
const GPUS: [&str; 2] = ["nvidia.com/gpu", "amd.com/gpu"];

/// Vcpus, bytes of memory and GPUs of a pod.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Need(pub(super) [Decimal; 3]);

impl Need {
    fn and(self, other: Need) -> Need {
        Need([0, 1, 2].map(|of| self.0[of].saturating_add(other.0[of])))
    }

    fn or(self, other: Need) -> Need {
        Need([0, 1, 2].map(|of| self.0[of].max(other.0[of])))
    }
}

/// What a pod asks for.
pub(super) fn need(pod: &Value) -> Result<Need, Said> {
    let containers = pod["containers"].as_array().filter(|containers| !containers.is_empty());
    let containers = containers.ok_or_else(words::it_has_no_containers)?;
    let (mut sidecars, mut first) = (Need::default(), Need::default());
    for container in pod["initContainers"].as_array().into_iter().flatten() {
        let beside = sidecars.and(need_of(&container["resources"])?);
        first = first.or(beside);
        if container["restartPolicy"] == "Always" {
            sidecars = beside;
        }
    }
    let mut all = sidecars;
    for container in containers {
        all = all.and(need_of(&container["resources"])?);
    }
    let mut all = all.or(first);
    for (of, name) in [(0, "cpu"), (1, "memory")] {
        if let Some(whole) = requested(&pod["resources"], name) {
            all.0[of] = quantity(whole, name)?;
        }
    }
    let overhead = |name| match &pod["overhead"][name] {
        Value::Null => Ok(Decimal::ZERO),
        value => quantity(value, name),
    };
    Ok(all.and(Need([overhead("cpu")?, overhead("memory")?, Decimal::ZERO])))
}

/// Adds the names of resources that no figure has.
pub(super) fn unread(pod: &Value, names: &mut BTreeSet<String>) {
    let lists = ["containers", "initContainers"].into_iter().filter_map(|list| pod[list].as_array());
    for container in lists.flatten() {
        for of in ["requests", "limits"].into_iter().filter_map(|of| container["resources"][of].as_object()) {
            let others = of.keys().filter(|name| name.contains('/') && !GPUS.contains(&name.as_str()));
            names.extend(others.cloned());
        }
    }
}

fn need_of(resources: &Value) -> Result<Need, Said> {
    let of = |name: &str| requested(resources, name).map_or(Ok(Decimal::ZERO), |value| quantity(value, name));
    Ok(Need([of("cpu")?, of("memory")?, of(GPUS[0])?.saturating_add(of(GPUS[1])?)]))
}

fn requested<'a>(resources: &'a Value, name: &str) -> Option<&'a Value> {
    let values = [&resources["requests"][name], &resources["limits"][name]];
    values.into_iter().find(|value| !value.is_null())
}

/// A quantity: `2`, `500m`, `16Gi` or `1e3`.
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>, read 2026-11-23.
fn quantity(value: &Value, name: &str) -> Result<Decimal, Said> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other => return Err(words::is_not_a_quantity(name, other)),
    };
    if text.contains(char::is_whitespace) {
        return Err(words::has_a_space_in_it(name, &text));
    }
    // More bytes than a number of the user's has.
    if let Ok(whole) = text.parse::<u64>() {
        return Ok(Decimal::from(whole));
    }
    let thousand: u64 = 1000;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text.as_bytes()[digits.len()..] {
        [] => 1,
        [letter @ (b'K' | b'M' | b'G' | b'T' | b'P' | b'E'), b'i'] => {
            binary_unit(*letter).expect("these are units")
        }
        b"m" => return Ok(amount(digits, name)? / Decimal::from(thousand)),
        b"k" => thousand,
        b"M" => thousand.pow(2),
        b"G" => thousand.pow(3),
        b"T" => thousand.pow(4),
        b"P" => thousand.pow(5),
        b"E" => thousand.pow(6),
        _ => return Err(words::has_an_unknown_unit(name, &text)),
    };
    let product = amount(digits, name)?.checked_mul(Decimal::from(unit));
    product.ok_or_else(|| words::is_too_large(name, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_kubernetes() {
        let of = |value: Value| quantity(&value, "memory").map(|number| number.normalize().to_string());
        for (text, number) in [
            ("500m", "0.5"),
            // 1.5 × 1,073,741,824.
            ("1.5Gi", "1610612736"),
            ("2G", "2000000000"),
            ("64Ki", "65536"),
            ("3k", "3000"),
            ("1e3", "1000"),
            ("1E3", "1000"),
            ("1E", "1000000000000000000"),
            (".5", "0.5"),
            ("128974848", "128974848"),
            // 2 TiB.
            ("2199023255552", "2199023255552"),
        ] {
            assert_eq!(of(text.into()).as_deref(), Ok(number), "{text}");
        }
        assert_eq!(of(serde_json::json!(2)).as_deref(), Ok("2"));
        assert_eq!(of(serde_json::json!(0.25)).as_deref(), Ok("0.25"));
        for text in ["4Xi", "4ki", "-1", "lots", "1 Gi", ""] {
            assert!(of(text.into()).is_err(), "{text}");
        }
        assert!(of(serde_json::json!([1])).is_err());
    }

    #[test]
    fn init_containers_run_before_and_sidecars_stay() {
        let of = |cpu: &str, memory: &str| serde_json::json!({"requests": {"cpu": cpu, "memory": memory}});
        let pod = serde_json::json!({
            "containers": [{"resources": of("2", "4Ki")}, {"resources": {"limits": {"cpu": "1", "nvidia.com/gpu": 1}}}],
            "initContainers": [
                {"resources": of("1", "1Ki")},
                {"resources": of("500m", "1Ki"), "restartPolicy": "Always"},
                {"resources": of("1", "8Ki")},
            ],
            "overhead": {"cpu": "250m"},
        });
        let Need([cpus, bytes, gpus]) = need(&pod).expect("a pod");
        // Containers 2 + 1 and the sidecar 0.5, more than any init container; 0.25 on top. Memory: the last init
        // container beside the sidecar, 8 + 1 KiB, against 4 + 1.
        assert_eq!(
            (cpus.normalize().to_string().as_str(), bytes, gpus),
            ("3.75", Decimal::from(9 * 1024), Decimal::ONE)
        );
    }
}
