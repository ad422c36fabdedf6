//! Composes one run: estate, network, servers, engine, calendar, observations.
//!
//! It knows neither YAML nor printing. Start from [`observation::RunRecord`] for what comes out.

pub mod observation;
