//! The fenced blocks of a page, so that a test runs what the page shows. It knows no other Markdown.

/// One fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The first word behind the fence, such as `yaml`.
    pub(crate) language: String,
    /// The line of the page that the text begins at, from 1.
    pub(crate) line: usize,
    /// What stands between the fences.
    pub(crate) text: String,
    /// The line before the fence, where it is a comment `<!-- … -->`: its text, for marks that readers do not see.
    pub(crate) mark: Option<String>,
}

/// All fenced blocks of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: String = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .flat_map(|line| [line, "\n"])
                .collect();
            let mark = before.strip_prefix("<!-- ");
            let mark = mark.and_then(|mark| mark.strip_suffix(" -->"));
            blocks.push(Block {
                language: language.to_owned(),
                line: number + 2,
                text,
                mark: mark.map(str::to_owned),
            });
        }
        before = line;
    }
    blocks
}

/// The one block that holds these words.
#[track_caller]
pub(crate) fn block(page: &str, words: &str) -> String {
    let mut found: Vec<_> = blocks(page);
    found.retain(|block| block.text.contains(words));
    assert_eq!(found.len(), 1, "blocks with {words:?}");
    found.remove(0).text
}
