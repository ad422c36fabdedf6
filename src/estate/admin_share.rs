//! Shares and folder permissions, made and undone by hand (domain 4.4
//! row 3).

use crate::base::{Fqdn, Moment, Sid};

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::share::{Share, folder_key};

impl Estate {
    /// `net share <name>="<path>"`, with nobody granted.
    ///
    /// # Errors
    /// Unknown host, or a share of that name exists there.
    pub fn add_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        path: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let shares = &mut self.host_mut(host)?.shares;
        let key = name.to_ascii_lowercase();
        if shares.contains_key(&key) {
            return Err(EstateError::AlreadyExists {
                name: name.to_owned(),
                place: host.to_string(),
            });
        }
        let share = Share {
            name: name.to_owned(),
            path: path.to_owned(),
            readers: Default::default(),
        };
        shares.insert(key, share);
        self.touch_machine(host);
        Ok(())
    }

    /// `net share <name> /delete`. Gives back what it was.
    ///
    /// # Errors
    /// Unknown host or share.
    pub fn remove_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        at: Moment,
    ) -> Result<Share, EstateError> {
        self.settle(at);
        self.share_mut(host, name)?;
        let shares = &mut self.host_mut(host)?.shares;
        let gone = shares.remove(&name.to_ascii_lowercase());
        self.touch_machine(host);
        Ok(gone.expect("found just now"))
    }

    fn share_mut(&mut self, host: &Fqdn, name: &str) -> Result<&mut Share, EstateError> {
        let machine = self.host_mut(host)?;
        let key = name.to_ascii_lowercase();
        if machine.shares.contains_key(&key) {
            return Ok(machine.shares.get_mut(&key).expect("found just now"));
        }
        Err(EstateError::UnknownShare {
            host: host.clone(),
            name: name.to_owned(),
            hint: Hint::nearest(name, machine.shares.values().map(|s| s.name.as_str())),
        })
    }

    /// Grants Read on a share. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown host or share.
    pub fn grant_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let changed = self.share_mut(host, name)?.readers.insert(trustee.clone());
        self.touch_machine(host);
        Ok(changed)
    }

    /// Takes Read on a share away.
    ///
    /// # Errors
    /// Unknown host or share, or the trustee has no grant.
    pub fn revoke_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        if !self.share_mut(host, name)?.readers.remove(trustee) {
            return Err(self.not_granted(trustee, name));
        }
        self.touch_machine(host);
        Ok(())
    }

    /// Grants Read on a folder of the disk. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown host.
    pub fn grant_ntfs(
        &mut self,
        host: &Fqdn,
        folder: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let ntfs = &mut self.host_mut(host)?.ntfs;
        let readers = ntfs.entry(folder_key(folder)).or_default();
        Ok(readers.insert(trustee.clone()))
    }

    /// Takes Read on a folder of the disk away.
    ///
    /// # Errors
    /// Unknown host, or the trustee has no grant there.
    pub fn revoke_ntfs(
        &mut self,
        host: &Fqdn,
        folder: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let ntfs = &mut self.host_mut(host)?.ntfs;
        let readers = ntfs.get_mut(&folder_key(folder));
        if readers.is_some_and(|readers| readers.remove(trustee)) {
            Ok(())
        } else {
            Err(self.not_granted(trustee, folder))
        }
    }
}
