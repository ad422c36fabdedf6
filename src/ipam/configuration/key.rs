//! The secret key: setting, refreshing, and hashing the access rows anew (domain 2.1).

use std::cell::Cell;
use std::time::Duration;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::{access_rows, secret_key};

use super::integrity::{self, reseal_all, set_key};
use super::secret::SecretKey;

/// How long it takes to hash one row anew. The sources give no figure; what matters is that it
/// takes a while in which others may ask for the same.
const PER_ROW: Duration = Duration::from_millis(1);

/// The one recomputation that may be under way.
struct Recomputation<'a>(&'a Cell<bool>);

impl<'a> Recomputation<'a> {
    fn begin(running: &'a Cell<bool>) -> IpamResult<Recomputation<'a>> {
        if running.replace(true) {
            return Err(IpamError::new(
                ErrorId::IpamApiHashRecomputationAlreadyInProgress,
                "the hashes are being computed; wait until that ends and run the cmdlet again",
            ));
        }
        Ok(Recomputation(running))
    }
}

impl Drop for Recomputation<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Ipam {
    /// `Set-IpamConfiguration -UpdateTables`: accepts the rows as they are, with the present key
    /// (domain 12.22).
    pub(super) async fn update_tables(&self, caller: &Caller) -> IpamResult<()> {
        self.authorize_repair(caller).await?;
        self.recompute(caller, None, "the hashes were computed anew")
            .await
    }

    /// `Set-IpamConfiguration -HmacKey`. Without `update_tables` the rows keep their hashes, which
    /// is right only for the key they were made with.
    pub(super) async fn set_secret_key(
        &self,
        caller: &Caller,
        key: SecretKey,
        update_tables: bool,
    ) -> IpamResult<Vec<String>> {
        self.authorize_repair(caller).await?;
        if update_tables {
            let what = "the secret key was set and the hashes computed anew";
            self.recompute(caller, Some(key), what).await?;
            return Ok(Vec::new());
        }
        let at = self.wall();
        self.doubt_integrity();
        self.store.transaction(|tx| {
            set_key(tx, key, at)?;
            let what = "the secret key was set".to_owned();
            self.changed(tx, caller, Category::Provisioning, what)
        })?;
        let warning = "the hashes in the database were not made with this key; until \
                       `Set-IpamConfiguration -UpdateTables` is run every operation is refused";
        let fits = self.check_integrity().is_ok();
        Ok((!fits).then(|| warning.to_owned()).into_iter().collect())
    }

    /// `Set-IpamConfiguration -RefreshHmacKey`: a new key if the present one has expired. Tampered
    /// rows are refused first, or the new hashes would make them good.
    pub(super) async fn refresh_secret_key(&self, caller: &Caller) -> IpamResult<Vec<String>> {
        self.authorize(caller, Right::Administer).await?;
        let present = self.store.read(secret_key::secret_key)?;
        let present = present.ok_or_else(integrity::unavailable)?;
        let lifetime = self.options.secret_key_lifetime;
        let expires = present.set_at.checked_add(lifetime).ok();
        match expires.filter(|expires| *expires <= self.wall()) {
            Some(_) => {
                let what = "the secret key had expired and was replaced";
                self.recompute(caller, Some(self.new_secret_key()), what)
                    .await?;
                Ok(Vec::new())
            }
            None => {
                let until = expires.map_or_else(|| "never".to_owned(), |at| at.to_string());
                Ok(vec![format!(
                    "the secret key has not expired and stays; it expires: {until}"
                )])
            }
        }
    }

    /// Rights for what repairs the integrity of the rows, and so cannot wait for it.
    async fn authorize_repair(&self, caller: &Caller) -> IpamResult<()> {
        self.require_provisioned()?;
        self.require(caller, Right::Administer).await.map(drop)
    }

    async fn recompute(
        &self,
        caller: &Caller,
        key: Option<SecretKey>,
        what: &str,
    ) -> IpamResult<()> {
        let _running = Recomputation::begin(&self.integrity.recomputing)?;
        let rows = self.store.read(access_rows::all)?.len();
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        self.endpoint.sleep(PER_ROW.saturating_mul(rows)).await;
        let at = self.wall();
        self.doubt_integrity();
        self.store.transaction(|tx| {
            if let Some(key) = key {
                set_key(tx, key, at)?;
            }
            reseal_all(tx)?;
            self.changed(tx, caller, Category::Provisioning, what.to_owned())
        })
    }
}
