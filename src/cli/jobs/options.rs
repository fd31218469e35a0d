//! What the options of `jobs import` say of a record, and which of them say nothing about it.

use clap::ValueEnum;

use super::{From, ImportArgs};
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::time::Zone;
use crate::workload::file::Record;
use crate::workload::mapped::{FIELDS, Mapping};
use crate::workload::nextflow;
use crate::workload::slurm::Layout;
use crate::workload::swf::Meaning;
use crate::workload::wanted::{DEFAULT_FIELDS, Defaults, Reading, WANTED_FIELDS, Wanted};

/// vCPUs of the largest general purpose instance.
const WIDEST_VCPUS: u32 = 192;

impl ImportArgs {
    pub(super) fn record(&self) -> Result<Record> {
        let zone = self.zone()?;
        if self.region.is_some() {
            return Err(Error::CommandLine {
                message: "`--region` and `--queue` are for `--from batch` without files".into(),
                hint: "the other records are files".into(),
            });
        }
        self.fits_source()?;
        Ok(match self.from {
            From::Slurm => Record::Slurm(Layout {
                zone,
                columns: (!self.columns.is_empty()).then(|| self.columns.join(",")),
            }),
            From::Swf => Record::Swf(Meaning {
                widest_vcpus: self.node_vcpus.unwrap_or(WIDEST_VCPUS),
                ignore_memory: self.ignore_memory,
                details: true,
            }),
            From::Csv => Record::Csv(self.mapping()?, zone),
            From::Kubernetes => Record::Kubernetes(self.run_seconds),
            From::Pbs => Record::Pbs,
            From::Lsf => Record::Lsf(zone, self.year),
            From::Sge => Record::Sge(zone, self.node_vcpus.unwrap_or(WIDEST_VCPUS)),
            From::Htcondor => Record::Htcondor,
            From::Cromwell => Record::Cromwell(self.default_vcpus()?, self.job_definitions),
            From::Nextflow => Record::Nextflow(self.nextflow()?, zone),
            From::Workload | From::Batch | From::Snakemake => Record::Workload,
        })
    }

    /// Refuses an option that says nothing about this source.
    fn fits_source(&self) -> Result<()> {
        if self.job_definitions
            && !matches!(self.from, From::Batch | From::Nextflow | From::Cromwell | From::Snakemake)
        {
            return Err(Error::CommandLine {
                message: "`--job-definitions` is for batch, nextflow, cromwell and snakemake".into(),
                hint: "the other records name none, or always".into(),
            });
        }
        let of_one = [
            ("map", !self.map.is_empty(), From::Csv),
            ("delimiter", self.delimiter.is_some(), From::Csv),
            ("node-gpus", self.node_gpus.is_some(), From::Csv),
            ("ignore-memory", self.ignore_memory, From::Swf),
        ];
        if let Some((option, _, source)) =
            of_one.iter().find(|(_, given, source)| *given && self.from != *source)
        {
            let source =
                source.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            return Err(Error::CommandLine {
                message: format!("`--{option}` is for `--from {source}`"),
                hint: "what another record means is known".into(),
            });
        }
        if !self.columns.is_empty() && !matches!(self.from, From::Slurm | From::Nextflow) {
            return Err(Error::CommandLine {
                message: "`--columns` is for `--from slurm` and `nextflow`".into(),
                hint: "the columns of other records are known, or in their header".into(),
            });
        }
        if self.node_vcpus.is_some() && !matches!(self.from, From::Swf | From::Sge | From::Csv) {
            return Err(Error::CommandLine {
                message: "`--node-vcpus` is for `--from swf`, `sge` and `csv`".into(),
                hint: "other records say on how many nodes a job runs".into(),
            });
        }
        if self.from != From::Lsf && self.year.is_some() {
            return Err(Error::CommandLine {
                message: "`--year` is for `--from lsf`".into(),
                hint: "the dates of the other records name their year".into(),
            });
        }
        Ok(())
    }

    pub(super) fn reading(&self) -> Result<Reading> {
        let wrong = |message: String, fields: &[&'static str]| {
            let asked = message.split('`').nth(1).unwrap_or_default();
            let near = did_you_mean(asked, fields.iter().copied()).filter(|_| !fields.contains(&asked));
            let hint = near.unwrap_or_else(|| format!("fields are {}", fields.join(", ")));
            Error::CommandLine { message, hint }
        };
        let wanted = Wanted::parse(&self.wanted).map_err(|message| wrong(message, &WANTED_FIELDS))?;
        // Cells of a CSV have more fields, which are filled where they are read.
        let defaults = match self.from {
            From::Csv => Defaults::default(),
            From::Nextflow | From::Cromwell | From::Snakemake => {
                let others: Vec<String> =
                    self.default.iter().filter(|default| !default.starts_with("vcpus=")).cloned().collect();
                Defaults::parse(&others).map_err(|message| wrong(message, &DEFAULT_FIELDS))?
            }
            _ => Defaults::parse(&self.default).map_err(|message| wrong(message, &DEFAULT_FIELDS))?,
        };
        Ok(Reading { wanted, defaults, strict: self.strict })
    }

    pub(super) fn zone(&self) -> Result<Zone> {
        Zone::parse(&self.timezone).ok_or_else(|| Error::CommandLine {
            message: format!("unknown time zone `{}`", self.timezone),
            hint: "`--timezone` takes a name of the IANA database, such as Asia/Tokyo".into(),
        })
    }

    fn nextflow(&self) -> Result<nextflow::Reading> {
        Ok(nextflow::Reading {
            columns: self.columns.clone(),
            vcpus: self.default_vcpus()?,
            definitions: self.job_definitions,
        })
    }

    /// vCPUs of jobs whose record names none.
    pub(super) fn default_vcpus(&self) -> Result<Option<u32>> {
        let Some(text) = self.default.iter().find_map(|default| default.strip_prefix("vcpus=")) else {
            return Ok(None);
        };
        let vcpus = text.trim().parse().ok().filter(|vcpus| (1..=100_000).contains(vcpus));
        vcpus.map(Some).ok_or_else(|| Error::CommandLine {
            message: format!("`--default vcpus={text}` is no number of vCPUs"),
            hint: "whole vCPUs, such as vcpus=4".into(),
        })
    }

    fn mapping(&self) -> Result<Mapping> {
        let mapping = Mapping::parse(&self.map, &self.default).and_then(|mapping| match &self.delimiter {
            Some(delimiter) => mapping.delimited(delimiter),
            None => Ok(mapping),
        });
        mapping.map(|mapping| mapping.split(self.node_vcpus, self.node_gpus)).map_err(|message| {
            let asked = message.split('`').nth(1).unwrap_or_default();
            let near = did_you_mean(asked, FIELDS).filter(|_| !FIELDS.contains(&asked));
            let hint = near.unwrap_or_else(|| format!("fields are {}", FIELDS.join(", ")));
            Error::CommandLine { message, hint }
        })
    }
}
