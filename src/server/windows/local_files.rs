//! Folders through the administrative share of their drive, and tasks of the scheduler: for the
//! administrators of the machine, unless hardening refuses it to them too.

use crate::estate::service::name;
use crate::estate::{Hardening, sid};
use crate::wire::windows::smb::{self, FileEntry};
use crate::wire::windows::{Win32Error, tsch};

use super::context::Context;
use super::refusal::win32;
use super::surface::takes_calls;

fn administrators_only(context: &Context<'_>) -> Result<(), Win32Error> {
    match context.caller()?.is_in(sid::ADMINISTRATORS) {
        true => Ok(()),
        false => Err(Win32Error::ERROR_ACCESS_DENIED),
    }
}

/// `\\host\D$\...`: names of the files there.
pub(super) fn list(context: &Context<'_>, path: &str) -> Result<smb::Response, Win32Error> {
    administrators_only(context)?;
    let estate = context.estate.borrow();
    let folder = context.host_in(&estate)?.folder(path);
    let files = folder.ok_or(Win32Error::ERROR_PATH_NOT_FOUND)?.iter();
    let entry = |(name, text): (&String, &String)| FileEntry {
        name: name.clone(),
        size: text.len() as u64,
    };
    Ok(smb::Response::Files(files.map(entry).collect()))
}

pub(super) fn read(
    context: &Context<'_>,
    path: &str,
    file: &str,
) -> Result<smb::Response, Win32Error> {
    administrators_only(context)?;
    let estate = context.estate.borrow();
    let folder = context.host_in(&estate)?.folder(path);
    let files = folder.ok_or(Win32Error::ERROR_PATH_NOT_FOUND)?;
    let text = files.get(&file.to_lowercase());
    Ok(smb::Response::Content {
        text: text.ok_or(Win32Error::ERROR_FILE_NOT_FOUND)?.clone(),
        end_of_file: true,
    })
}

pub(super) fn write(
    context: &Context<'_>,
    (path, file): (&str, &str),
    text: &str,
) -> Result<smb::Response, Win32Error> {
    administrators_only(context)?;
    let mut estate = context.estate.borrow_mut();
    if context.host_in(&estate)?.refuses(Hardening::WriteFiles) {
        return Err(Win32Error::ERROR_ACCESS_DENIED);
    }
    let written = estate.write_file(context.host, (path, file), Some(text), context.at);
    match written.map_err(|error| win32(&error))? {
        true => Ok(smb::Response::Written),
        false => Err(Win32Error::ERROR_PATH_NOT_FOUND),
    }
}

pub(super) fn register(
    context: &Context<'_>,
    request: tsch::Request,
) -> Result<tsch::Response, Win32Error> {
    administrators_only(context)?;
    let tsch::Request::Register { folder, tasks, .. } = request;
    let mut estate = context.estate.borrow_mut();
    let host = context.host_in(&estate)?;
    if !takes_calls(host, name::SCHEDULE) {
        return Err(Win32Error::ERROR_SERVICE_NOT_ACTIVE);
    }
    if host.refuses(Hardening::RegisterTasks) {
        return Err(Win32Error::ERROR_ACCESS_DENIED);
    }
    let tasks = tasks.iter().map(|task| format!("{folder}\\{task}"));
    estate
        .register_tasks(context.host, tasks, context.at)
        .map_err(|error| win32(&error))?;
    Ok(tsch::Response::Registered)
}
