//! Refusals of the engine, by the identifiers of domain appendix B.

use std::fmt;

/// Result of an engine operation.
pub type IpamResult<T> = Result<T, IpamError>;

/// A refusal: a stable identifier and a text that names the value and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamError {
    pub id: ErrorId,
    pub message: String,
}

impl IpamError {
    pub fn new(id: ErrorId, message: impl Into<String>) -> IpamError {
        IpamError {
            id,
            message: message.into(),
        }
    }
}

impl IpamError {
    /// A parameter that is missing, unknown or out of its range.
    pub(crate) fn parameter(message: impl Into<String>) -> IpamError {
        IpamError::new(ErrorId::IpamApiInvalidParameter, message)
    }

    /// Something that is to be changed and is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> IpamError {
        IpamError::new(ErrorId::IpamApiObjectNotFound, message)
    }
}

impl fmt::Display for IpamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.message)
    }
}

impl std::error::Error for IpamError {}

macro_rules! error_ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Identifier of a refusal, spelled as the protocol spells it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorId { $($(#[$doc])* $name,)* }

        impl ErrorId {
            /// Every identifier, for tests that run over the registry.
            pub const ALL: &[ErrorId] = &[$(ErrorId::$name,)*];
        }

        impl fmt::Display for ErrorId {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(ErrorId::$name => stringify!($name),)* })
            }
        }
    };
}

error_ids! {
    /// The caller is not in a group that may do this.
    IpamApiAccessDenied,
    /// A built-in role stays as it is. No published identifier fits; this one is the project's
    /// own, like the next two.
    IpamApiCannotUpdateOrDeleteBuiltInRole,
    IpamApiAccessRoleInUse,
    IpamApiCannotDeleteGlobalAccessScope,
    /// Provision the server first (domain 2.3).
    IpamApiCallsAreNotAllowedUntilProvisioningIsDone,
    IpamApiErrorIpamAlreadyProvisioned,
    IpamApiProvisioningAlreadyInProgress,
    /// A local group of the IPAM server could not be created.
    IpamApiErrorSecurityGroupCreationFailed,
    IpamApiInvalidGpoPrefix,
    /// The port is changed by local administrators only (domain 2.1).
    IpamApiReconfigurePortAccessFailure,
    /// A change of port was not carried through; the same cmdlet does it again.
    IpamApiPortReconfigurationFailed,
    /// The stored port is none.
    IpamApiErrorInvalidPortConfiguration,
    /// Port and version are shown to members of an IPAM group and local administrators.
    IpamApiGetServerPortAccessDenied,
    IpamApiErrorSecretKeyIsNotGUID,
    /// There is no key; nothing else is done until there is one (domain 2.1).
    IpamApiSecretKeyUnavailableOperationDenied,
    /// A row that says who may do what was edited outside IPAM.
    IpamApiOperationDeniedDueToAccessScopeTampering,
    IpamApiHashRecomputationAlreadyInProgress,
    /// A parameter is missing, unknown or out of its range.
    IpamApiInvalidParameter,
    IpamApiErrorGpoGenericFailure,
    IpamApiErrorGpoOperationFailed,
    IpamApiServerAlreadyInDB,
    IpamApiGuidDoesntMatch,
    IpamApiServerNotFoundInGlobalCatalog,
    IpamApiServerNotFoundInDC,
    /// No controller could be asked. No published identifier fits; this one is the project's own.
    IpamApiDirectoryQueryFailed,
    IpamApiOSNotSupported,
    IpamApiServerRoleCollectionInvalid,
    IpamApiAddressResolutionFailed,
    IpamApiObjectNotFound,
    IpamApiCannotDeleteBuiltInField,
    IpamApiCannotUpdateOrDeleteBuiltInValues,
    /// A value of *Managed by service* is part of what identifies a range and keeps its spelling.
    IpamApiCannotUpdateValueOfManagedByServiceCustomField,
    /// A built-in field keeps its name. No published identifier fits; this one is the project's
    /// own, like the next seven.
    IpamApiCannotUpdateBuiltInField,
    IpamApiCustomFieldAlreadyExists,
    /// The name is that of a column which objects have anyway.
    IpamApiCustomFieldNameReserved,
    /// An object carries the field or value, it is associated, or a group is made of it.
    IpamApiCustomFieldInUse,
    IpamApiCustomValueAlreadyExists,
    IpamApiCustomFieldAssociationExists,
    IpamApiLogicalGroupAlreadyExists,
    IpamApiCannotUpdateOrDeleteBuiltInLogicalGroup,
    IpamApiConflictingIPBlocksExist,
    /// Blocks would nest too deep, or too many would lie in one.
    IpamApiMaxChildrenReached,
    IpamApiInvalidAddressRange,
    IpamApiRIRNotSpecifiedForAPublicIPv4Block,
    IpamApiConflictingSubnet,
    IpamApiSubnetDoesNotExistForRange,
    IpamApiRangesDependentOnSubnet,
    IpamApiMsDhcpRangesDependentOnSubnet,
    /// The release of IPAM has no such thing. No published identifier fits; this one is the
    /// project's own, like the next four.
    IpamApiNotSupported,
    IpamApiAddressSpaceExists,
    /// Something is in the address space, or a customer is over it.
    IpamApiAddressSpaceInUse,
    IpamApiCannotUpdateOrDeleteDefaultAddressSpace,
    /// What a discovered range says comes from its scope.
    IpamApiCannotUpdateDiscoveredRange,
    IpamApiNonadjustableConflictingRangesFound,
    IpamApiInvalidStartIPWithAllZeroes,
    IpamApiInvalidEndIPHostIdAllOnes,
    IpamApiDhcpDataSpecifiedForStaticRange,
    IpamApiInvalidIPAddressConflict,
    IpamApiIPAddressExists,
    IpamApiReservationServerSpecifiedWithoutReservationName,
    IpamApiReservationServerSpecifiedWithoutReservationType,
    IpamApiReservationServerSpecifiedWithoutClientId,
    IpamApiReservationServerSpecifiedWithoutDuid,
    IpamApiReservationServerSpecifiedWithoutIaid,
    IpamApiForwardLookupSpecifiedWithoutDeviceName,
    IpamApiForwardLookupSpecifiedWithoutForwardLookupServer,
    IpamApiForwardLookUpDnsServerDoesNotBelongToZone,
    IpamApiReverseLookupSpecifiedWithoutDeviceName,
    IpamApiReverseLookupSpecifiedWithoutReverseLookupServer,
    IpamApiReverseLookUpDnsServerDoesNotBelongToZone,
    IpamApiIPAddressOutsideReverseLookupZoneBounds,
    /// A zone maps to no two ranges that share addresses (domain 8.4). The rule is published
    /// without its identifier; this name and the next are the project's own.
    IpamApiReverseLookupZoneMappedToOverlappingRange,
    IpamApiCustomerRangeCannotBeMappedToReverseLookupZone,
    /// `MS DHCP` is kept for the scopes that discovery finds (domain 6.3).
    IpamApiErrorImportOfMsDhcpRangesNotAllowed,
    IpamApiImportInvalidManagedByValue,
    IpamApiImportInvalidServiceInstanceValue,
    /// A file that is none to import, such as one without a header. No published identifier fits;
    /// this one and the next three are the project's own.
    IpamApiImportInvalidFile,
    /// A column that is no field, twice there, or missing (domain S1).
    IpamApiImportInvalidColumn,
    /// A row that does not fit the header.
    IpamApiImportInvalidRow,
    /// A value that is none of its field.
    IpamApiImportInvalidValue,
    /// A file that cannot be written. This name is the project's own as well.
    IpamApiExportFailed,
    IpamApiFetchFreeIPAccessDenied,
    /// A free range is asked for that is larger than its subnet.
    IpamApiRangeSizeLargerThanSubnet,
    /// A free subnet is asked for that is larger than its block.
    IpamApiSubnetPrefixLargerThanBlock,
    /// 1 to 32 free subnets can be asked for.
    IpamApiInvalidNumberOfSubnets,
    /// The DHCP server of the range could not be asked for its free addresses. No published
    /// identifier fits; this one is the project's own.
    IpamApiFetchFreeIPFailed,
    IpamMsmCheckReservationParametersFailed,
    IpamMsmCreateReservationFailed,
    IpamMsmDeleteReservationFailed,
    IpamMsmDnsRegistrationFailed,
    /// A scope could not be brought to the failover partner. No published identifier fits; this
    /// one is the project's own.
    IpamMsmFailoverReplicationFailed,
    IpamApiDhcpInformNotAcknowledged,
    IpamApiDnsnsQueryFailed,
    IpamApiInvalidServersCountAllowedForTask,
    IpamApiInvalidIpRangesCountAllowedForTask,
    /// An expiry alert threshold outside 0 to 3500 days.
    IpamApiInvalidAlertThreshold,
    /// A record outside the range that it is imported into.
    IpamApiIpAddressOutOfRange,
    /// A DHCP server does not let its leases be read. No published identifier fits; this one is
    /// the project's own.
    IpamDhcpLeaseReadFailed,
    IpamApiErrorDatabaseSchemaExists,
    /// The database holds no schema where one must be used.
    IpamApiErrorDatabaseIsEmpty,
    IpamApiErrorDatabaseDoesNotExist,
    /// The database holds something other than this engine's schema.
    IpamApiErrorDatabaseSchemaIsModified,
    IpamApiErrorDatabaseIsAtHigherVersion,
    /// The database orders or encodes text otherwise than when its schema was made.
    IpamApiErrorDatabaseLocaleMismatch,
    /// The database server knows no such login, or not with this password. No published
    /// identifier fits; this one is the project's own.
    IpamApiErrorDatabaseLoginFailed,
    /// The login may not do this in the database. No published identifier fits; this one is the
    /// project's own.
    IpamApiErrorDatabaseAccessDenied,
    IpamApiDatabaseConnectionLost,
    /// A console on another host cannot connect (domain P12). No published identifier fits; this
    /// one and the next are the project's own.
    IpamClientConnectionFailed,
    /// A console's user cannot log on to the domain.
    IpamClientLogOnFailed,
    // The refusals of a database's parameters and of its server are described in domain 2.4
    // without their identifiers; these names are the project's own.
    /// Parameters of the embedded and of an external database together.
    IpamApiErrorInvalidDatabaseParameterSet,
    /// The folder of the embedded database is empty, relative or not there.
    IpamApiErrorInvalidDatabasePath,
    IpamApiErrorDatabaseFilesExist,
    IpamApiErrorInvalidDatabaseServer,
    IpamApiErrorInvalidDatabaseName,
    IpamApiErrorInvalidDatabasePort,
    IpamApiErrorInvalidDatabaseCredential,
    IpamApiErrorDatabaseServerUnreachable,
    IpamApiErrorDatabasePasswordMustChange,
    /// SQL Server before 2008 R2.
    IpamApiErrorDatabaseVersionNotSupported,
    IpamApiErrorDatabaseSchemaVersionMismatch,
    IpamApiErrorUpdatingFolderPermissionsFailed,
    /// What the database holds is not IPAM's schema.
    IpamApiErrorDatabaseVerifySchemaFailed,
    IpamApiErrorUpdatingIpamTaskPermissionsFailed,
    IpamApiErrorUpdatingEventLogReaderGroupFailed,
}
