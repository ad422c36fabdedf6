//! Tables as aligned text.

use crate::lab::observation::Table;

/// The lines of a table: title, column heads, rule, rows. Cells are padded to the widest of
/// their column; the last column is not, so that no line ends in blanks.
pub fn lines(table: &Table) -> Vec<String> {
    let columns = table.columns.len();
    let width = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(table.columns[column].chars().count())
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let layout = |cells: &[String]| {
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            line.push_str(cell);
            if column + 1 < columns {
                let padding = widths[column].saturating_sub(cell.chars().count());
                line.extend(std::iter::repeat_n(' ', padding + 2));
            }
        }
        line.trim_end().to_owned()
    };
    let mut lines = Vec::with_capacity(table.rows.len() + 3);
    if !table.title.is_empty() {
        lines.push(table.title.clone());
    }
    lines.push(layout(&table.columns));
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    lines.push(layout(&rule));
    lines.extend(table.rows.iter().map(|row| layout(row)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_no_line_ends_in_blanks() {
        let mut table = Table::new("access", &["server", "dhcp rpc"]);
        table.row(vec!["dhcp1.corp.example".into(), "Blocked".into()]);
        table.row(vec!["dc1".into(), String::new()]);
        assert_eq!(
            lines(&table),
            [
                "access",
                "server              dhcp rpc",
                "------------------  --------",
                "dhcp1.corp.example  Blocked",
                "dc1",
            ]
        );
    }
}
