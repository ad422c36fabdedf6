pub const DDL: &str = "";
