//! `Add-`, `Get-`, `Rename-` and `Remove-IpamCustomField` and `Add-`, `Rename-` and
//! `Remove-IpamCustomValue` (domain 9.2).

use crate::ipam::fields::cmdlets::{Edit, NewCustomField};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::field_tables as tables;
use crate::step::stage::{Stage, StepResult};

cmdlet! {
    #[derive(Default)]
    pub struct AddIpamCustomField: changes, PassThru {
        /// 2 to 255 characters, without `=` and `;`, and not the name of a column.
        pub name: String,
        /// Takes one of a list of values rather than any text; only such a field can group.
        #[serde(default)]
        pub multi_value: bool,
        /// The first values of a multivalue field.
        #[serde(default)]
        pub value: Vec<String>,
    }
}

impl Cmdlet for AddIpamCustomField {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let new = NewCustomField {
            name: self.name.clone(),
            multi_value: self.multi_value,
            values: self.value.clone(),
        };
        let ipam = &session.ipam;
        let added = ipam.add_ipam_custom_field(&session.caller, &new).await?;
        session.returned(stage, tables::fields(&[added]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamCustomField: reads {
        /// Only this field, with every value; all of them by default.
        pub name: Option<String>,
    }
}

impl Cmdlet for GetIpamCustomField {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let (ipam, name) = (&session.ipam, self.name.as_deref());
        let found = ipam.get_ipam_custom_field(&session.caller, name).await?;
        stage.table(tables::fields(&found));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct RenameIpamCustomField: changes, PassThru {
        pub name: String,
        pub new_name: String,
    }
}

impl Cmdlet for RenameIpamCustomField {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let renamed = ipam
            .rename_ipam_custom_field(caller, &self.name, &self.new_name, Edit::Cmdlet)
            .await?;
        session.returned(stage, tables::fields(&[renamed]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct RemoveIpamCustomField: changes, PassThru {
        pub name: String,
    }
}

impl Cmdlet for RemoveIpamCustomField {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let removed = ipam.remove_ipam_custom_field(caller, &self.name).await?;
        stage.say(format!("custom field {} removed", removed.name));
        session.handed_on(stage, &tables::fields(&[removed]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct AddIpamCustomValue: changes, PassThru {
        /// A multivalue field, built in or not.
        pub name: String,
        /// 1 to 255 characters, without `;`.
        pub value: String,
    }
}

impl Cmdlet for AddIpamCustomValue {
    fn target(&self) -> String {
        format!("{} of {}", self.value, self.name)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let added = ipam
            .add_ipam_custom_value(caller, &self.name, &self.value)
            .await?;
        session.returned(stage, tables::value(&added));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct RenameIpamCustomValue: changes, PassThru {
        /// The field.
        pub name: String,
        pub value: String,
        pub new_value: String,
    }
}

impl Cmdlet for RenameIpamCustomValue {
    fn target(&self) -> String {
        format!("{} of {}", self.value, self.name)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let (name, new_value) = (&self.name, &self.new_value);
        let renamed = ipam
            .rename_ipam_custom_value(caller, name, &self.value, new_value, Edit::Cmdlet)
            .await?;
        session.returned(stage, tables::value(&renamed));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct RemoveIpamCustomValue: changes, PassThru {
        /// The field.
        pub name: String,
        pub value: String,
    }
}

impl Cmdlet for RemoveIpamCustomValue {
    fn target(&self) -> String {
        format!("{} of {}", self.value, self.name)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let removed = ipam
            .remove_ipam_custom_value(caller, &self.name, &self.value)
            .await?;
        stage.say(format!(
            "value {} of {} removed",
            removed.value, removed.custom_field
        ));
        session.handed_on(stage, &tables::value(&removed));
        Ok(())
    }
}
