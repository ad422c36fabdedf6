//! What every cmdlet has in common: who runs it, on which IPAM server, and how it is asked.
//!
//! A cmdlet is declared with [`cmdlet!`], which adds the common parameters to its own, and says
//! in [`Cmdlet::run`] what it does once there is a session. Everything else is done here, so that
//! `-WhatIf`, `-Confirm`, `-AsJob`, `-CimSession` and `-ThrottleLimit` mean the same everywhere:
//!
//! ```text
//! cmdlet! {
//!     #[derive(Default)]
//!     pub struct RemoveIpamThing: changes, PassThru {
//!         pub name: String,
//!     }
//! }
//!
//! impl Cmdlet for RemoveIpamThing {
//!     fn target(&self) -> String {
//!         self.name.clone()
//!     }
//!     async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
//!         let removed = session.ipam.remove_ipam_thing(&session.caller, &self.name).await?;
//!         session.returned(stage, tables::things(&[removed]));
//!         Ok(())
//!     }
//! }
//! ```
//!
//! A cmdlet that `reads` takes `as`, `from`, `CimSession`, `ThrottleLimit` and `AsJob`; one that
//! `changes` state takes `WhatIf`, `Confirm` with `answer`, and `Force` too; `PassThru` is for
//! those whose
//! model has it. The parameters are fields of the struct itself, written by the macro: serde's
//! `flatten` would lose both the unknown key and its line.

use std::rc::Rc;

use futures_util::FutureExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::ipam::remote::{Channel, Connection};
use crate::ipam::{Caller, Ipam};
use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::stage::{Aim, Stage, StepError, StepResult};
use crate::step::tables::lists;

/// How many operations of one cmdlet run at once when nobody says, as PowerShell has it.
pub const DEFAULT_THROTTLE_LIMIT: usize = 32;

/// What the person at the keyboard answers a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Yes,
    No,
}

/// The common parameters of one call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Common<'a> {
    pub as_user: Option<&'a String>,
    pub cim_session: &'a [String],
    pub from: Option<&'a String>,
    pub throttle_limit: Option<u16>,
    pub as_job: bool,
    pub what_if: bool,
    pub confirm: bool,
    pub answer: Option<Answer>,
    pub force: bool,
    pub pass_thru: bool,
}

impl<'a> Common<'a> {
    /// Everything the common parameters name, and where they contradict each other.
    ///
    /// `asks` is of a cmdlet that asks without `Confirm` too.
    pub fn mentions(&self, asks: bool, to: &mut Mentions<'a>) {
        to.account(self.as_user);
        to.hosts(self.from);
        for server in self.cim_session {
            to.ipam_server(server);
        }
        match (self.confirm && !self.force, self.answer) {
            (true, None) => {
                let remedy = "add `answer: yes` or `answer: no`, or `Force: true`";
                to.problem("Confirm", "`Confirm` asks, and nobody answers", remedy);
            }
            (false, Some(_)) if !asks || self.force => {
                let remedy = "add `Confirm: true` and no `Force`, or remove it";
                to.problem("answer", "`answer` has no prompt to answer", remedy);
            }
            _ => {}
        }
    }

    /// How many operations may be under way at once; zero means the default.
    pub fn throttle(&self) -> usize {
        match self.throttle_limit {
            Some(limit) if limit > 0 => usize::from(limit),
            _ => DEFAULT_THROTTLE_LIMIT,
        }
    }

    /// Where the cmdlet goes: to the servers of `CimSession`, or the one the console is connected
    /// to, from the host it is run on.
    fn aims(&self, stage: &Stage<'_>) -> Result<Vec<Aim>, StepError> {
        let from = match self.from {
            Some(host) => Some(stage.host(host)?),
            None => stage.aim.from.clone(),
        };
        let servers = match self.cim_session {
            [] => vec![stage.aim.server.clone()],
            named => {
                let servers = named.iter().map(|name| stage.host(name));
                servers.collect::<Result<_, _>>()?
            }
        };
        let aims = servers.into_iter().map(|server| Aim {
            server,
            from: from.clone(),
        });
        Ok(aims.collect())
    }
}

/// An open connection to one IPAM server, in the name of one person.
pub struct Session {
    pub ipam: Rc<Ipam>,
    pub caller: Caller,
    pub server: Fqdn,
    /// How many operations of this cmdlet may be under way at once.
    pub throttle: usize,
    pass_thru: bool,
    /// The connection of a console on another host, open as long as the session.
    _connection: Option<Connection>,
}

impl Session {
    /// A session that was opened already.
    pub fn new(ipam: Rc<Ipam>, caller: Caller, server: Fqdn) -> Session {
        Session {
            ipam,
            caller,
            server,
            throttle: DEFAULT_THROTTLE_LIMIT,
            pass_thru: false,
            _connection: None,
        }
    }

    /// The same over a connection.
    pub fn over(mut self, connection: Option<Connection>) -> Session {
        self._connection = connection;
        self
    }

    /// Shows what was changed and, with `PassThru`, hands it on as PowerShell prints objects.
    pub fn returned(&self, stage: &mut Stage<'_>, table: Table) {
        stage.table(table.clone());
        self.handed_on(stage, &table);
    }

    /// With `PassThru`, hands on what is told of in other words, such as what was removed.
    pub fn handed_on(&self, stage: &mut Stage<'_>, table: &Table) {
        if self.pass_thru {
            for line in lists(table, "PassThru: ") {
                stage.say(line);
            }
        }
    }

    /// Shows every property of objects, one beneath the other.
    pub fn listed(&self, stage: &mut Stage<'_>, table: &Table) {
        for line in lists(table, "") {
            stage.say(line);
        }
    }
}

/// What the macro says of a cmdlet.
pub trait Framed: Clone + 'static {
    /// The struct's name: the cmdlet's without its hyphen.
    const WORDS: &'static str;

    fn common(&self) -> Common<'_>;

    /// The cmdlet's name: `Add-IpamBlock`.
    fn name() -> String {
        let verb = Self::WORDS.find("Ipam").unwrap_or(0);
        format!("{}-{}", &Self::WORDS[..verb], &Self::WORDS[verb..])
    }
}

/// What a cmdlet says of itself.
pub trait Cmdlet: Framed {
    /// What it needs of the server when it is run on another host.
    const CHANNEL: Channel = Channel::Both;

    /// What it acts on, as `-WhatIf` and `-Confirm` name it.
    fn target(&self) -> String {
        String::new()
    }

    /// Everything its own parameters name that must exist.
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        let _ = to;
    }

    /// Whether it asks before it begins, also without `Confirm`; only `Force` keeps it quiet.
    const ASKS: bool = false;

    /// What such a cmdlet says before it asks.
    fn question(&self, server: &Fqdn) -> Vec<String> {
        vec![server.to_string()]
    }

    /// Carries it out on one IPAM server.
    fn run(&self, session: &Session, stage: &mut Stage<'_>) -> impl Future<Output = StepResult>;
}

/// Carries a cmdlet out as its common parameters ask.
pub async fn call<C: Cmdlet>(cmdlet: &C, stage: &mut Stage<'_>) -> StepResult {
    let common = cmdlet.common();
    let performing = |server: &Fqdn| {
        let (name, target) = (C::name(), cmdlet.target());
        let target = match target.is_empty() {
            true => server.to_string(),
            false => target,
        };
        format!("Performing the operation \"{name}\" on target \"{target}\".")
    };
    let aims = common.aims(stage)?;
    if common.what_if {
        for aim in &aims {
            stage.say(format!("What if: {}", performing(&aim.server)));
        }
        return Ok(());
    }
    if (common.confirm || C::ASKS) && !common.force {
        for aim in &aims {
            let question = match C::ASKS {
                true => cmdlet.question(&aim.server),
                false => vec![performing(&aim.server)],
            };
            for line in question {
                stage.say(format!("Confirm: {line}"));
            }
        }
        // Whoever writes no answer to a cmdlet that always asks means to go on.
        let unanswered = if C::ASKS && !common.confirm {
            Answer::Yes
        } else {
            Answer::No
        };
        let refused = common.answer.unwrap_or(unanswered) == Answer::No;
        stage.say(if refused { "answer: no" } else { "answer: yes" });
        if refused {
            return Ok(());
        }
    }
    if common.as_job {
        let (cmdlet, mut side) = (cmdlet.clone(), stage.side());
        let work = async move {
            let result = on_servers(&cmdlet, aims, &mut side).await;
            (side, result)
        };
        let id = stage.jobs.start(C::name(), work.boxed_local());
        stage.say(format!("job {id} started: {}", C::name()));
        return Ok(());
    }
    on_servers(cmdlet, aims, stage).await
}

async fn on_servers<C: Cmdlet>(cmdlet: &C, aims: Vec<Aim>, stage: &mut Stage<'_>) -> StepResult {
    if let [aim] = aims.as_slice() {
        return on_server(cmdlet, aim, stage).await;
    }
    let limit = cmdlet.common().throttle();
    stage
        .each(aims, limit, async |aim: &Aim, side| {
            side.say(format!("on {}:", aim.server));
            on_server(cmdlet, aim, side).await
        })
        .await
}

async fn on_server<C: Cmdlet>(cmdlet: &C, aim: &Aim, stage: &mut Stage<'_>) -> StepResult {
    let common = cmdlet.common();
    let mut session = stage.session_on(aim, common.as_user, C::CHANNEL).await?;
    session.throttle = common.throttle();
    session.pass_thru = common.pass_thru;
    cmdlet.run(&session, stage).await
}

/// Declares the parameters of a cmdlet, adding the common ones to its own; see the module.
macro_rules! cmdlet {
    ($(#[$meta:meta])* pub struct $name:ident: reads { $($fields:tt)* }) => {
        $crate::step::cmdlet::common::cmdlet! { @define $name [$(#[$meta])*] { $($fields)* } [] }
    };
    ($(#[$meta:meta])* pub struct $name:ident: changes { $($fields:tt)* }) => {
        $crate::step::cmdlet::common::cmdlet! { @define $name [$(#[$meta])*] {
            $($fields)*
            /// Says what would be done, and does nothing.
            #[serde(default)]
            pub what_if: bool,
            /// Asks first; `answer` is what the person answers.
            #[serde(default)]
            pub confirm: bool,
            /// What is answered to the prompt of `Confirm`.
            #[serde(rename = "answer")]
            pub answer: Option<$crate::step::cmdlet::common::Answer>,
            /// Goes on without the prompt.
            #[serde(default)]
            pub force: bool,
        } [what_if confirm answer force] }
    };
    ($(#[$meta:meta])* pub struct $name:ident: changes, PassThru { $($fields:tt)* }) => {
        $crate::step::cmdlet::common::cmdlet! { @define $name [$(#[$meta])*] {
            $($fields)*
            /// Says what would be done, and does nothing.
            #[serde(default)]
            pub what_if: bool,
            /// Asks first; `answer` is what the person answers.
            #[serde(default)]
            pub confirm: bool,
            /// What is answered to the prompt of `Confirm`.
            #[serde(rename = "answer")]
            pub answer: Option<$crate::step::cmdlet::common::Answer>,
            /// Goes on without the prompt.
            #[serde(default)]
            pub force: bool,
            /// Hands on the object that was changed.
            #[serde(default)]
            pub pass_thru: bool,
        } [what_if confirm answer force pass_thru] }
    };
    (@define $name:ident [$($meta:tt)*] { $($fields:tt)* } [$($extra:ident)*]) => {
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "PascalCase")]
        $($meta)*
        pub struct $name {
            $($fields)*
            /// Who runs it; the signed-in administrator by default.
            #[serde(rename = "as")]
            pub as_user: Option<String>,
            /// The IPAM servers it is aimed at; the one the console is connected to by default.
            #[serde(default)]
            pub cim_session: $crate::step::value::OneOrMany<String>,
            /// The host it is run on; the IPAM server itself by default.
            #[serde(rename = "from")]
            pub from: Option<String>,
            /// How many of its operations may be under way at once; 0 means the default of 32.
            pub throttle_limit: Option<u16>,
            /// Runs it as a job, whose output and errors `Receive-Job` shows.
            #[serde(default)]
            pub as_job: bool,
        }

        impl $crate::step::cmdlet::common::Framed for $name {
            const WORDS: &'static str = stringify!($name);

            // A cmdlet that has every common parameter leaves nothing to the defaults.
            #[allow(clippy::needless_update)]
            fn common(&self) -> $crate::step::cmdlet::common::Common<'_> {
                $crate::step::cmdlet::common::Common {
                    as_user: self.as_user.as_ref(),
                    cim_session: &self.cim_session.0,
                    from: self.from.as_ref(),
                    throttle_limit: self.throttle_limit,
                    as_job: self.as_job,
                    $($extra: self.$extra,)*
                    ..$crate::step::cmdlet::common::Common::default()
                }
            }
        }

        impl $crate::step::registry::Arguments for $name {
            fn mentions<'a>(&'a self, to: &mut $crate::step::mention::Mentions<'a>) {
                let asks = <Self as $crate::step::cmdlet::common::Cmdlet>::ASKS;
                $crate::step::cmdlet::common::Framed::common(self).mentions(asks, to);
                $crate::step::cmdlet::common::Cmdlet::mentions(self, to);
            }

            async fn apply(
                &self,
                stage: &mut $crate::step::stage::Stage<'_>,
            ) -> $crate::step::stage::StepResult {
                $crate::step::cmdlet::common::call(self, stage).await
            }
        }
    };
}

pub(super) use cmdlet;
