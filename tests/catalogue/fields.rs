//! Misuses of the steps of custom fields, logical groups and views.

/// What is wrong with the one step, and what the user must be told.
pub const MISUSES: &[(&str, &str)] = &[
    (
        "Add-IpamCustomField: { Name: Building, Values: [North] }",
        "unknown key `Values`",
    ),
    (
        "Get-IpamCustomField: { Name: Building }",
        "is not provisioned",
    ),
    (
        "Rename-IpamCustomField: { Name: Building }",
        "`NewName` is missing",
    ),
    ("Remove-IpamCustomField: {}", "`Name` is missing"),
    (
        "Add-IpamCustomValue: { Name: Building, Value: [North, South] }",
        "expected a text",
    ),
    (
        "Rename-IpamCustomValue: { Name: Building, Value: North }",
        "`NewValue` is missing",
    ),
    (
        "Remove-IpamCustomValue: { Name: Building }",
        "`Value` is missing",
    ),
    (
        "Add-IpamCustomFieldAssociation: { CustomField1: A, CustomField2: B }",
        "unknown key `CustomField1`",
    ),
    (
        "Get-IpamCustomFieldAssociation: { CustomFieldOne: Region }",
        "is not provisioned",
    ),
    (
        "Set-IpamCustomFieldAssociation: { CustomFieldOne: A }",
        "`CustomFieldTwo` is missing",
    ),
    (
        "Remove-IpamCustomFieldAssociation: { CustomFieldOne: A, CustomFieldTwo: B }",
        "is not provisioned",
    ),
    (
        "Add-IpamAddress: { IpAddress: 10.0.1.20, CustomConfiguration: North }",
        "write it as `Name=Value`",
    ),
    (
        "add-logical-group: { of: blocks, name: Sites, criteria: [Region] }",
        "unknown word `blocks`",
    ),
    (
        "edit-logical-group: { name: Sites, criteria: Region }",
        "found `Region`",
    ),
    (
        "remove-logical-group: { name: Sites }",
        "is not provisioned",
    ),
    (
        "show-logical-group: { name: Sites, family: IPv5 }",
        "unknown word `IPv5`",
    ),
    (
        "show-address-space: { current-view: servers }",
        "unknown word `servers`",
    ),
    (
        "configure-custom-field: { name: Building }",
        "nothing of the field is to be changed",
    ),
    (
        "configure-custom-field: { name: Building, value: North }",
        "a value needs its new spelling",
    ),
    ("expect: { group: { name: Sites } }", "`levels` is missing"),
];
