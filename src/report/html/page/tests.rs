//! Tests of the page as text; what a browser makes of it is tested in `tests/report`.

use super::*;
use crate::lab::scene::Film;
use crate::report::case::tests::{failed, passed, unusable};
use crate::report::html::Reel;

fn page(cases: &[Case]) -> String {
    let mut page = Page::new(Vec::new());
    for case in cases {
        assert_eq!(page.case(case), "", "nothing is told before the end");
    }
    let summary = Summary {
        passed: 1,
        failed: 1,
        not_run: 3,
        ..Summary::default()
    };
    page.end(&summary)
}

/// What stands between the markup, and would be seen without a script.
fn element<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).expect(from);
    rest.split_once(to).expect(to).0
}

#[test]
fn a_page_tells_verdicts_findings_differences_and_how_to_run_again() {
    let text = page(&[failed(), passed(), unusable()]);
    assert_eq!(text.matches("<li class=\"case ").count(), 3);
    for wanted in [
        "<strong>1</strong> failed",
        "<strong>3</strong> not run",
        "data-verdict=\"failed\"",
        "data-verdict=\"passed\"",
        "data-verdict=\"unusable\"",
        "dhcp1 dhcp-rpc: wanted Unblocked, found Blocked",
        "fault `loss` never fired",
        "step 1 at +00:00:00.000: advance: 2h, line 12",
        "unknown key `rolls`",
        "<td><del>old</del></td><td><ins>new &lt;&amp;&gt;",
        "<code>ipamlab run --seed=7 scenarios&#x2f;a.yaml</code>",
        "<code>ipamlab run &#x27;scenarios&#x2f;c, d:e%.yaml&#x27;</code>",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert_eq!(text, page(&[failed(), passed(), unusable()]));
}

#[test]
fn nothing_of_a_scenario_is_markup() {
    let hostile = "</script><img src=x onerror=alert(1)>\"'<!--";
    let mut case = failed();
    case.file = format!("scenarios/{hostile}.yaml");
    let Ending::Ran(ran) = &mut case.ending else {
        unreachable!("it ran");
    };
    ran.record.title = hostile.into();
    ran.record.because = hostile.into();
    ran.record.covers = vec![hostile.into()];
    ran.record.steps[0].words = vec![hostile.into()];
    ran.difference = vec![format!("-{hostile}"), format!("@{hostile}")];
    ran.reel = Some(Reel::of(&ran.record, &Film::default()));
    let text = page(&[case]);
    assert!(!text.contains("<img"), "{text}");
    assert!(!text.contains("onerror=alert(1)>\"'"));
    assert_eq!(
        text.matches("</script").count(),
        2,
        "the reel's and the script's own"
    );
}

#[test]
fn the_policy_allows_this_style_and_this_script_and_nothing_else() {
    let text = page(&[passed()]);
    let policy = element(&text, "Content-Security-Policy\" content=\"", "\"");
    let policy = policy.replace("&#x27;", "'").replace("&#x2f;", "/");
    let digest = |text: &str| {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        BASE64.encode(digest.as_ref())
    };
    let style = digest(element(&text, "<style>", "</style>"));
    let script = digest(element(&text, "<script>", "</script>"));
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains(&format!("style-src 'sha256-{style}';")));
    assert!(policy.contains(&format!("script-src 'sha256-{script}';")));
    for address in [
        "http:", "https:", "//cdn", "url(", "@import", "fetch(", "src=", "href=\"h",
    ] {
        let own = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!own.contains(address), "the page names {address}");
    }
}

#[test]
fn the_assets_name_no_way_to_make_markup_of_text() {
    for part in SCRIPT {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
        ] {
            assert!(!part.contains(word), "{word}");
        }
        assert!(!part.contains("</script"));
        assert!(part.lines().count() <= 350 && part.starts_with("// "));
    }
}

#[test]
fn the_group_of_a_scenario_is_its_folder() {
    assert_eq!(group("scenarios/dns/answers.yaml"), "dns");
    assert_eq!(group("answers.yaml"), "");
    assert_eq!(group(r"scenarios\dns\answers.yaml"), "dns");
}
