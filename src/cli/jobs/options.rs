//! What the options of `jobs import` say of a record, and which of them say nothing about it.

use clap::ValueEnum;

use super::words;
use super::{From, ImportArgs};
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::said::Said;
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
                message: words::region_and_queue_are_for(),
                hint: words::the_other_records_are_files(),
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
                message: words::job_definitions_is_for_batch(),
                hint: words::the_other_records_name_none(),
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
                message: words::is_for_from(option, &source),
                hint: words::what_another_record_means_is(),
            });
        }
        if !self.columns.is_empty() && !matches!(self.from, From::Slurm | From::Nextflow) {
            return Err(Error::CommandLine {
                message: words::columns_is_for_from_slurm(),
                hint: words::the_columns_of_other_records(),
            });
        }
        if self.node_vcpus.is_some() && !matches!(self.from, From::Swf | From::Sge | From::Csv) {
            return Err(Error::CommandLine {
                message: words::node_vcpus_is_for_from(),
                hint: words::other_records_say_on_how(),
            });
        }
        if self.from != From::Lsf && self.year.is_some() {
            return Err(Error::CommandLine {
                message: words::year_is_for_from_lsf(),
                hint: words::the_dates_of_the_other(),
            });
        }
        Ok(())
    }

    pub(super) fn reading(&self) -> Result<Reading> {
        let wrong = |message: Said, fields: &[&'static str]| {
            let asked = message.en.split('`').nth(1).unwrap_or_default();
            let near = did_you_mean(asked, fields.iter().copied()).filter(|_| !fields.contains(&asked));
            let hint = near.unwrap_or_else(|| words::fields_are(fields.join(", ")));
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
            message: words::unknown_time_zone(&self.timezone),
            hint: words::timezone_takes_a_name_of(),
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
            message: words::default_vcpus_is_no_number(text),
            hint: words::whole_vcpus_such_as_vcpus(),
        })
    }

    fn mapping(&self) -> Result<Mapping> {
        let mapping = Mapping::parse(&self.map, &self.default).and_then(|mapping| match &self.delimiter {
            Some(delimiter) => mapping.delimited(delimiter),
            None => Ok(mapping),
        });
        mapping.map(|mapping| mapping.split(self.node_vcpus, self.node_gpus)).map_err(|message| {
            let asked = message.en.split('`').nth(1).unwrap_or_default();
            let near = did_you_mean(asked, FIELDS).filter(|_| !FIELDS.contains(&asked));
            let hint = near.unwrap_or_else(|| words::fields_are(FIELDS.join(", ")));
            Error::CommandLine { message, hint }
        })
    }
}
