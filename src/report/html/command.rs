//! The command that runs a scenario again as it ran, for a POSIX shell.

/// `ipamlab run FILE --seed N` and what else the run was given.
pub fn reproducing(file: &str, seed: Option<u64>, arguments: &[String]) -> String {
    let mut words = vec!["ipamlab".to_owned(), "run".to_owned()];
    words.extend(seed.map(|seed| format!("--seed={seed}")));
    words.extend(arguments.iter().map(|word| quoted(word)));
    // What begins with a dash would be taken for a flag.
    words.extend(file.starts_with('-').then(|| "--".to_owned()));
    words.push(quoted(file));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-=:@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_survives_the_shell() {
        let of = |file: &str, seed| reproducing(file, seed, &["--database=a b".to_owned()]);
        let wanted = "ipamlab run --seed=7 '--database=a b' scenarios/a.yaml";
        assert_eq!(of("scenarios/a.yaml", Some(7)), wanted);
        let wanted = r"ipamlab run '--database=a b' 'it'\''s $HOME.yaml'";
        assert_eq!(of("it's $HOME.yaml", None), wanted);
        assert_eq!(reproducing("-a.yaml", None, &[]), "ipamlab run -- -a.yaml");
    }
}
