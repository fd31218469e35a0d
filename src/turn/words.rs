//! What is told while another process changes a file.

use crate::model::said::words;

words! {
    process(id) "process {id}" "プロセス {id} ";
    another_process() "another process" "別のプロセス";
    waiting_for(holder, path) "waiting for {holder}, which is changing {path}" "{path} を変更している{holder}を待っている";
    no_locks_there(path) "{path} is where nothing can be locked: let no other process change it now"
        "{path} の場所ではロックできない。ほかのプロセスから変更しないこと";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
