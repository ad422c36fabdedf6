//! What a change of manageability means for GPO filters and collected data (domain 3.5).
