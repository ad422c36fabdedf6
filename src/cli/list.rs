//! `list`: what there is.

use super::args::ListArgs;
use super::exit::Exit;
use super::out;
use super::select;
use crate::scenario::parse;

/// Lists the chosen scenarios on standard output.
pub fn run(args: &ListArgs) -> Exit {
    let files = match select::files(&args.selection) {
        Ok(files) => files,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    let mut lines = String::new();
    let (mut listed, mut broken) = (0_usize, 0_usize);
    for path in &files {
        let file = match parse::read(path).and_then(|text| parse::parse(&text)) {
            Ok(file) => file,
            Err(problem) => {
                tell!("{}: {}", path.display(), problem.message);
                broken += 1;
                continue;
            }
        };
        let tags: Vec<String> = file.tags.into_iter().map(|tag| tag.value).collect();
        if !select::has_tag(&args.selection, &tags) {
            continue;
        }
        listed += 1;
        let line = if args.json {
            serde_json::json!({
                "file": path.display().to_string(),
                "title": file.scenario.value,
                "tags": tags,
                "steps": file.steps.len(),
            })
            .to_string()
        } else {
            let tags = if tags.is_empty() {
                String::new()
            } else {
                format!("  [{}]", tags.join(", "))
            };
            format!("{}  {}{tags}", path.display(), file.scenario.value)
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    let exit = match (listed, broken) {
        (_, 1..) => Exit::Usage,
        (0, _) => {
            tell!("error: no scenario was chosen");
            Exit::NothingRan
        }
        _ => Exit::AsExpected,
    };
    out::print(&lines, exit)
}
