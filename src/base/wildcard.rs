//! Names with wildcards, as PowerShell has them: `*` is any text, `?` any one character, and case
//! does not count.

/// Whether `text` is a pattern rather than a name.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether `name` is one of those that `pattern` stands for.
pub fn matches(pattern: &str, name: &str) -> bool {
    let lower = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    let (pattern, name) = (lower(pattern), lower(name));
    let (mut at, mut seen) = (0, 0);
    // Where the last `*` stands, and how far the name was when it was met: there to go back to.
    let mut star = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((star_at, eaten)) = star else {
                    return false;
                };
                star = Some((star_at, eaten + 1));
                at = star_at + 1;
                seen = eaten + 1;
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

/// Whether a host is one of those that `pattern` stands for: by its name in full when the pattern
/// has a dot, by its short name otherwise.
pub fn matches_host(pattern: &str, host: &super::Fqdn) -> bool {
    let name = match pattern.contains('.') {
        true => host.as_str(),
        false => host.first_label(),
    };
    matches(pattern, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_text() {
        let all = [
            ("*", ""),
            ("*", "dhcp1"),
            ("dhcp*", "DHCP150"),
            ("d*1", "dhcp1x1"),
            ("dhcp?", "dhcp1"),
            ("*.corp.*", "dhcp1.corp.example"),
            ("a*b*c", "aXbXbXc"),
        ];
        for (pattern, name) in all {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        let none = [
            ("dhcp?", "dhcp"),
            ("dhcp?", "dhcp12"),
            ("d*1", "dhcp12"),
            ("", "a"),
            ("dns*", "xdns1"),
        ];
        for (pattern, name) in none {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_with_a_dot_is_held_against_the_whole_name() {
        let host: super::super::Fqdn = "dhcp1.emea.corp.example".parse().unwrap();
        assert!(matches_host("dhcp*", &host));
        assert!(matches_host("dhcp*.emea.*", &host));
        assert!(!matches_host("dhcp*.apac.*", &host));
        assert!(!matches_host("dhcp1.emea", &host));
    }
}
