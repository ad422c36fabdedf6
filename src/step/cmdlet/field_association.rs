//! `Add-`, `Get-`, `Set-` and `Remove-IpamCustomFieldAssociation` (domain 9.2).

use crate::ipam::fields::cmdlets::AssociationChange;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::field_tables as tables;
use crate::step::stage::{Stage, StepResult};

cmdlet! {
    #[derive(Default)]
    pub struct AddIpamCustomFieldAssociation: changes, PassThru {
        /// A multivalue field.
        pub custom_field_one: String,
        /// Another one.
        pub custom_field_two: String,
        /// A value of the first and one of the second each: `Storage:Site01`.
        pub association_value: Vec<String>,
    }
}

impl Cmdlet for AddIpamCustomFieldAssociation {
    fn target(&self) -> String {
        format!("{} and {}", self.custom_field_one, self.custom_field_two)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let (one, two) = (&self.custom_field_one, &self.custom_field_two);
        let added = ipam
            .add_ipam_custom_field_association(caller, one, two, &self.association_value)
            .await?;
        session.returned(stage, tables::associations(&[added]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamCustomFieldAssociation: reads {
        /// Only associations of this field; all of them by default.
        pub custom_field_one: Option<String>,
        /// Only associations of this field.
        pub custom_field_two: Option<String>,
    }
}

impl Cmdlet for GetIpamCustomFieldAssociation {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let one = self.custom_field_one.as_deref();
        let two = self.custom_field_two.as_deref();
        let found = ipam
            .get_ipam_custom_field_association(caller, one, two)
            .await?;
        stage.table(tables::associations(&found));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct SetIpamCustomFieldAssociation: changes, PassThru {
        pub custom_field_one: String,
        pub custom_field_two: String,
        /// Pairs to add, after the others are removed.
        #[serde(default)]
        pub add_association_value: Vec<String>,
        /// Pairs to remove; a missing one refuses the whole change.
        #[serde(default)]
        pub remove_association_value: Vec<String>,
    }
}

impl Cmdlet for SetIpamCustomFieldAssociation {
    fn target(&self) -> String {
        format!("{} and {}", self.custom_field_one, self.custom_field_two)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let (one, two) = (&self.custom_field_one, &self.custom_field_two);
        let change = AssociationChange {
            add: self.add_association_value.clone(),
            remove: self.remove_association_value.clone(),
        };
        let changed = ipam
            .set_ipam_custom_field_association(caller, one, two, &change)
            .await?;
        session.returned(stage, tables::associations(&[changed]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct RemoveIpamCustomFieldAssociation: changes, PassThru {
        pub custom_field_one: String,
        pub custom_field_two: String,
    }
}

impl Cmdlet for RemoveIpamCustomFieldAssociation {
    fn target(&self) -> String {
        format!("{} and {}", self.custom_field_one, self.custom_field_two)
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let Session { ipam, caller, .. } = session;
        let (one, two) = (&self.custom_field_one, &self.custom_field_two);
        let removed = ipam
            .remove_ipam_custom_field_association(caller, one, two)
            .await?;
        stage.say(format!("association of {one} and {two} removed"));
        session.handed_on(stage, &tables::associations(&[removed]));
        Ok(())
    }
}
