//! Tab in a shell: what the shells are answered, a real bash, zsh and fish where the machine has them, and a store that stays
//! as it is. Must not know how candidates are found.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::session::{Home, LEADBOX, NOW, Session};

/// Leads to accept, a hostile company and tags that a shell could run.
fn worked() -> Home {
    let mut home = Home::new();
    home.put(
        "a.csv",
        "LeadId,LeadCreationDateTime,CallToAction,Status,CustomerName,FirstName,LastName,Email,Phone,OfferId\n\
         a,2026-11-20T09:00:00Z,Contact me,,Northwind,Ana,Secret,secret@n.example,+55 11 5550 0100,contoso.backup\n\
         b,2026-11-20T08:00:00Z,Get it now,,Fab\u{1b}[2Jrikam,Jan,Nowak,jan@f.example,,contoso.backup\n\
         c,2026-11-10T08:00:00Z,Contact me,Accepted,Adatum,Ana,Souza,ana@a.example,,contoso.ware\n\
         d,2026-10-01T08:00:00Z,Contact me,,Expired Ltd,Old,Contact,old@e.example,,contoso.ware\n\
         e,2026-11-20T08:00:00Z,Contact me,,MSFT_TEST,Test,Lead,t@t.example,,contoso.ware\n",
    );
    home.done(&["import", "a.csv"]);
    home.done(&["tag", "1", "very large", "x$(touch ran)"]);
    let folder = Path::new(LEADBOX).parent().unwrap().to_str().unwrap();
    home.set("PATH", &format!("{folder}:{}", std::env::var("PATH").unwrap()));
    home
}

/// What a shell is answered for these words, the cursor in the last.
fn asked(home: &Home, shell: &str, words: &[&str]) -> Vec<String> {
    let index = (words.len() - 1).to_string();
    let output = home
        .command(LEADBOX)
        .env("COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", index)
        .env("_CLAP_IFS", "\n")
        .arg("--")
        .args(words)
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{shell} {words:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// Every file below a folder, with its bytes.
fn files(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    into.sort();
}

fn everything(home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    files(&home.path(""), &mut all);
    all
}

#[test]
fn every_shell_is_offered_the_leads_that_take_the_verb_and_nothing_is_touched() {
    let home = worked();
    let before = everything(&home);
    for shell in SHELLS {
        let ids = |verb: &str| -> Vec<String> {
            let words: Vec<_> = ["leadbox"].into_iter().chain(verb.split(' ')).chain([""]).collect();
            let found = asked(&home, shell, &words);
            found
                .iter()
                .filter(|line| !line.starts_with('-'))
                .map(|line| line.split(['\t', ':']).next().unwrap().to_owned())
                .collect()
        };
        assert_eq!(ids("accept"), ["1"], "{shell}");
        assert_eq!(ids("won"), ["3"], "{shell}");
        assert_eq!(ids("away"), ["2"], "{shell}");
        assert_eq!(ids("later"), ["1", "3", "2"], "{shell}: the most urgent first");
        assert_eq!(ids("show"), ["1", "3", "2", "4"], "{shell}: no test lead");
        assert_eq!(ids("outbox --done"), Vec::<String>::new(), "{shell}");
        let all = asked(&home, shell, &["leadbox", "show", ""]).join("\n");
        for hidden in ["Secret", "secret", "5550", "old@", "Contact", "\u{1b}", "@"] {
            assert!(!all.contains(hidden), "{shell}: {hidden}: {all}");
        }
        if !["bash", "elvish"].contains(&shell) {
            assert!(all.contains("Northwind, hot") && all.contains("Expired Ltd, expired"), "{shell}: {all}");
        }
        let views = asked(&home, shell, &["leadbox", "list", "--view", "high"]).join("\n");
        assert!(views.starts_with("High_quality_with_valid_phone"), "{shell}: {views}");
        let fields = asked(&home, shell, &["leadbox", "list", "--fields", "id,deal.v"]);
        assert!(fields.len() == 1 && fields[0].contains("id,deal.value"), "{shell}: {fields:?}");
        assert_eq!(asked(&home, shell, &["leadbox", "show", "77"]), Vec::<String>::new(), "{shell}");
    }
    assert_eq!(everything(&home), before, "nothing was made or changed");
}

#[test]
fn values_are_quoted_where_the_shell_does_not() {
    let home = worked();
    for (shell, tags) in [
        ("bash", ["very\\ large", "x\\$\\(touch\\ ran\\)"]),
        ("powershell", ["'very large'", "'x$(touch ran)'"]),
        ("fish", ["very large", "x$(touch ran)"]),
    ] {
        assert_eq!(asked(&home, shell, &["leadbox", "tag", "1", "--remove", ""]), tags, "{shell}");
    }
    assert_eq!(asked(&home, "bash", &["leadbox", "list", "country", ":", "br"]), ["br"]);
    assert_eq!(asked(&home, "bash", &["leadbox", "list", "tag", ":", "ver"]), ["\\\"very\\ large\\\""]);
    assert_eq!(asked(&home, "zsh", &["leadbox", "list", "offer:w"]), ["offer\\:ware"]);
    assert_eq!(asked(&home, "fish", &["leadbox", "list", "-is:hot,expi"]), ["-is:hot,expiring", "-is:hot,expired"]);
    assert_eq!(asked(&home, "fish", &["leadbox", "list", "--country", "br,pl"]), ["br,pl\tPoland"]);
    assert_eq!(asked(&home, "fish", &["leadbox", "__hold"]), Vec::<String>::new());
}

#[test]
fn the_line_names_the_store_and_where_there_is_none_nothing_is_made_or_said() {
    let mut home = worked();
    let store = home.path("data/leadbox/leads.db");
    let other = home.path("work/other.db");
    home.done(&["--db", other.to_str().unwrap(), "import", "a.csv"]);
    home.done(&["--db", other.to_str().unwrap(), "accept", "1"]);
    home.set("LEADBOX_DB", home.path("work/missing.db").to_str().unwrap());
    let before = everything(&home);
    // Where there is no lead, the flags of the verb are all there is.
    let leads = |home: &Home, words: &[&str]| -> Vec<String> {
        let found = asked(home, "fish", &[&["leadbox"], words, &[""]].concat());
        found.into_iter().filter(|line| !line.starts_with('-')).collect()
    };
    let accepted = |words: &[&str]| leads(&home, words);
    assert_eq!(accepted(&["won"]), Vec::<String>::new());
    assert_eq!(accepted(&["--db", store.to_str().unwrap(), "won"]), ["3\tAdatum, due"]);
    assert_eq!(accepted(&["won", &format!("--db={}", other.display())]).len(), 2);
    assert_eq!(accepted(&["--db", "~/none.db", "won"]), Vec::<String>::new());
    assert_eq!(everything(&home), before);

    // What is no store, is older or newer, is damaged, or has a config that cannot be read.
    let path = home.put("odd.db", "no store");
    for bytes in [
        b"".to_vec(),
        b"SQLite format 3\0".to_vec(),
        vec![0; 4096],
        {
            let mut newer = fs::read(&store).unwrap();
            newer[63] = 200;
            newer
        },
        {
            let mut damaged = fs::read(&store).unwrap();
            damaged.iter_mut().skip(4096).for_each(|byte| *byte = 0xa5);
            damaged
        },
    ] {
        crate::session::write(&path, &bytes);
        assert_eq!(accepted(&["--db", path.to_str().unwrap(), "show"]), Vec::<String>::new());
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    let config = home.put("wrong.toml", "= =");
    let with = ["--config", config.to_str().unwrap(), "--db", store.to_str().unwrap(), "won"];
    assert_eq!(leads(&home, &with), ["3\tAdatum, due"]);
    home.set("LEADBOX_NOW", "whenever");
    let output = home.command(LEADBOX).env("COMPLETE", "fish").args(["--", "leadbox", "won", ""]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    assert!(said.lines().all(|line| line.starts_with('-')), "{said}");
    home.set("LEADBOX_NOW", NOW);
    // A word in the variable that is no shell is somebody else's.
    let output = home.command(LEADBOX).env("COMPLETE", "1").arg("paths").output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty());
}

#[test]
fn an_open_inbox_and_another_writer_are_no_hindrance() {
    let home = worked();
    let mut session = Session::inbox(&home, (120, 34));
    session.see("Northwind");
    home.done(&["accept", "1"]);
    assert_eq!(asked(&home, "bash", &["leadbox", "won", ""]), ["1", "3"]);
    assert_eq!(asked(&home, "bash", &["leadbox", "outbox", "--done", ""]), ["1"]);
    session.quit();
}

/// A machine without the shell cannot show it.
fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A shell in which leadbox's completion was set up; `None` where the machine has none.
fn shell(home: &Home, program: &str, start: &str, setup: &str) -> Option<Session> {
    if !has(program) {
        return None;
    }
    let mut session = Session::script(home, (100, 30), start);
    session.see("ready>");
    session.send(format!("{setup}; echo set-$((40+2))-up\r"));
    session.see("set-42-up");
    Some(session)
}

#[test]
fn a_real_bash_completes() {
    let mut home = worked();
    home.set("PS1", "ready> ");
    let setup = "source <(leadbox completions bash)";
    let Some(mut session) = shell(&home, "bash", "exec bash --norc --noprofile -i", setup) else { return };
    session.send("leadbox acc\t");
    session.see("> leadbox accept ");
    session.send("\t");
    session.see("> leadbox accept 1 ");
    session.send("\x01#\rleadbox list --view exp\t");
    session.see("> leadbox list --view Expiring ");
    session.send("\x01#\rleadbox list quali\t");
    session.see("> leadbox list quality:");
    session.send("h\t");
    session.see("> leadbox list quality:high ");
    session.send("\x01#\rleadbox list --fields company,ur\t");
    session.see("> leadbox list --fields company,urgency ");
    session.send("\x01#\rleadbox tag 1 --remove x\t\r");
    session.see("> leadbox tag 1 --remove x\\$\\(touch\\ ran\\)");
    session.see("Now: very large.");
    assert!(!home.path("work/ran").exists());
    session.send("leadbox tag 1 --remove \"ver\t\r");
    session.see("> leadbox tag 1 --remove \"very large\"");
    session.see("It has none now.");
}

#[test]
fn a_real_zsh_completes() {
    let mut home = worked();
    home.set("PS1", "ready> ");
    let setup = "autoload -U compinit; compinit -u -D; source <(leadbox completions zsh)";
    let Some(mut session) = shell(&home, "zsh", "exec zsh -f -i", setup) else { return };
    session.send("leadbox accep\t");
    session.see("> leadbox accept ");
    session.send("\t");
    session.see("> leadbox accept 1 ");
    session.send("\x01\x0bleadbox list --view Exp\t");
    session.see("> leadbox list --view Expiring ");
    session.send("\x01\x0bleadbox list quali\th\t");
    session.see("> leadbox list quality:high ");
    session.send("\x01\x0bleadbox show \t");
    session.see("Northwind, hot");
    session.send("\x01\x0bleadbox tag 1 --remove x\t\r");
    session.see("Now: very large.");
    assert!(!home.path("work/ran").exists());
}

#[test]
fn a_real_fish_completes() {
    let home = worked();
    if !has("fish") {
        return;
    }
    let setup = "leadbox completions fish | source";
    // fish draws its line anew at every key: its own word for "complete this line" says the same.
    let asks = format!("{setup}; complete -C 'leadbox accept '; complete -C 'leadbox list --view Exp'");
    let output = home.command("fish").args(["--no-config", "-c", &asks]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said, "1\tNorthwind, hot\nExpiring\tis:expiring\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_script_can_be_read_by_its_shell() {
    let home = worked();
    for (shell, program, check) in [("bash", "bash", "-n"), ("zsh", "zsh", "-n"), ("fish", "fish", "--no-execute")] {
        let script = home.done(&["completions", shell]);
        assert!(script.contains("leadbox") && script.ends_with('\n'), "{shell}");
        let file = home.put(&format!("script.{shell}"), script);
        if has(program) {
            let output = home.command(program).arg(check).arg(file).output().unwrap();
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    for shell in SHELLS {
        let asked = home.command(LEADBOX).env("COMPLETE", shell).output().unwrap();
        assert_eq!(String::from_utf8(asked.stdout).unwrap(), home.done(&["completions", shell]), "{shell}");
    }
    // Neither a home nor a config is needed.
    let mut homeless = home.command(LEADBOX);
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        homeless.env_remove(name);
    }
    assert!(homeless.args(["completions", "bash"]).output().unwrap().status.success());
    assert_eq!(home.run(&["completions", "tcsh"]).status.code(), Some(2));
}
