//! Processes as `sysinfo` shows them, where the system has no `/proc`.

use std::collections::HashMap;
use std::path::Path;

use super::Process;

/// What `sysinfo` reads of single processes; nothing where it does not know the system.
pub(super) struct Reader(Option<sysinfo::System>);

impl Reader {
    pub(super) fn new() -> Self {
        Self(sysinfo::System::new().ok())
    }

    pub(super) fn parent_of_this(&mut self) -> Option<u32> {
        let this = self.read(std::process::id()).ok().flatten()?;
        self.parent(&this)
    }

    pub(super) fn parent(&self, process: &Process) -> Option<u32> {
        let id = sysinfo::Pid::from_u32(process.pid);
        let system = self.0.as_ref()?;
        system.process(id)?.parent().map(sysinfo::Pid::as_u32)
    }

    /// Whose process it is, in words, unless it is this process's user's. A user that the system does not tell is foreign.
    pub(super) fn foreign_owners(&mut self, pid: u32) -> Result<Option<String>, String> {
        let own = self.owner(std::process::id()).flatten();
        let own = own.ok_or("the system does not tell whose process this is")?;
        // It ended if there is none; `read` tells.
        let foreign = self.owner(pid).is_some_and(|owner| owner != Some(own));
        Ok(foreign.then(|| "another user".to_owned()))
    }

    /// The user of a process, if there is such a process and the system tells: the effective one, where there are several.
    fn owner(&mut self, pid: u32) -> Option<Option<sysinfo::Uid>> {
        let id = sysinfo::Pid::from_u32(pid);
        let what = sysinfo::ProcessRefreshKind::nothing().with_user(sysinfo::UpdateKind::Always);
        let only = sysinfo::ProcessesToUpdate::Some(&[id]);
        let system = self.0.as_mut()?;
        system.refresh_processes_specifics(only, true, what);
        let process = system.process(id)?;
        Some(process.effective_user_id().or(process.user_id()).cloned())
    }

    pub(super) fn read(&mut self, pid: u32) -> Result<Option<Process>, String> {
        let what = sysinfo::ProcessRefreshKind::nothing()
            .with_cmd(sysinfo::UpdateKind::Always)
            .with_exe(sysinfo::UpdateKind::Always);
        let process = self.refresh(pid, what);
        match &process {
            Some(process) if process.arguments.is_empty() && process.executable.is_none() => {
                Err("the system does not show its arguments".to_owned())
            }
            _ => Ok(process),
        }
    }

    pub(super) fn surroundings(&mut self, process: Process) -> Result<Process, String> {
        let what = sysinfo::ProcessRefreshKind::nothing()
            .with_cmd(sysinfo::UpdateKind::Always)
            .with_exe(sysinfo::UpdateKind::Always)
            .with_cwd(sysinfo::UpdateKind::Always)
            .with_environ(sysinfo::UpdateKind::Always);
        Ok(self.refresh(process.pid, what).unwrap_or(process))
    }

    fn refresh(&mut self, pid: u32, what: sysinfo::ProcessRefreshKind) -> Option<Process> {
        let id = sysinfo::Pid::from_u32(pid);
        let only = sysinfo::ProcessesToUpdate::Some(&[id]);
        let system = self.0.as_mut()?;
        system.refresh_processes_specifics(only, true, what);
        let process = system.process(id)?;
        let environment: HashMap<_, _> = process
            .environ()
            .iter()
            .filter_map(|pair| {
                let (name, value) = pair.to_str()?.split_once('=')?;
                Some((name.into(), value.into()))
            })
            .collect();
        Some(Process {
            pid,
            arguments: process.cmd().to_vec(),
            executable: process.exe().map(Path::to_path_buf),
            directory: process.cwd().map(Path::to_path_buf),
            environment: Some(environment).filter(|variables| !variables.is_empty()),
        })
    }
}
