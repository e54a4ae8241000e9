package io.rdsboot.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of this repository's documentation, with the parts of its Markdown that can be
 * checked.
 *
 * @param path the file, below the root of the repository
 * @param text its text without the fenced blocks, in as many lines
 * @param snippets its fenced blocks
 */
record MarkdownPage(Path path, String text, List<Snippet> snippets) {

	private static final Pattern FENCE = Pattern.compile("^\\s*```(\\w*)\\s*$");

	private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?)\\s*$", Pattern.MULTILINE);

	private static final Pattern LINK = Pattern.compile("!?\\[(?:[^\\[\\]]|`[^`]*`)*]\\(([^()\\s]+)\\)");

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	/**
	 * Returns every page but those that are data of tests.
	 */
	static List<MarkdownPage> all() {
		return ProjectFiles.find((file) -> file.toString().endsWith(".md") && !file.toString().contains("/src/test/"))
			.stream()
			.map(MarkdownPage::read)
			.toList();
	}

	static MarkdownPage read(Path file) {
		StringBuilder text = new StringBuilder();
		List<Snippet> snippets = new ArrayList<>();
		String language = null;
		StringBuilder code = new StringBuilder();
		int begin = 0;
		List<String> lines = ProjectFiles.read(file).lines().toList();
		for (int line = 0; line < lines.size(); line++) {
			Matcher fence = FENCE.matcher(lines.get(line));
			if (language == null && fence.matches()) {
				language = fence.group(1);
				begin = line + 1;
			}
			else if (language != null && fence.matches()) {
				snippets.add(new Snippet(ProjectFiles.ROOT.relativize(file), begin, language, code.toString()));
				language = null;
				code.setLength(0);
			}
			else if (language != null) {
				code.append(lines.get(line)).append('\n');
			}
			text.append((language != null || fence.matches()) ? "" : lines.get(line)).append('\n');
		}
		if (language != null) {
			throw new IllegalStateException("%s:%d: the block has no end".formatted(file, begin));
		}
		return new MarkdownPage(ProjectFiles.ROOT.relativize(file), text.toString(), snippets);
	}

	/**
	 * Returns the page's headings in their order.
	 */
	List<String> headings() {
		return HEADING.matcher(text()).results().map((heading) -> heading.group(1)).toList();
	}

	/**
	 * Returns the anchors that GitHub gives the page's headings.
	 */
	Set<String> anchors() {
		Set<String> anchors = new HashSet<>();
		headings().forEach((heading) -> {
			String title = heading.replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1");
			String slug = title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
			String anchor = slug;
			for (int duplicate = 1; !anchors.add(anchor); duplicate++) {
				anchor = slug + "-" + duplicate;
			}
		});
		return anchors;
	}

	/**
	 * Returns the targets of the page's links.
	 */
	List<Located> links() {
		return located(LINK);
	}

	/**
	 * Returns what the page's text sets as code.
	 */
	List<Located> inlineCode() {
		return located(CODE);
	}

	private List<Located> located(Pattern pattern) {
		return pattern.matcher(text())
			.results()
			.map((match) -> new Located(path(), lineOf(match.start()), match.group(1)))
			.toList();
	}

	private int lineOf(int position) {
		return 1 + (int) text().substring(0, position).chars().filter((character) -> character == '\n').count();
	}

	@Override
	public String toString() {
		return path().toString();
	}

	/**
	 * A fenced block.
	 *
	 * @param page the page that it stands on
	 * @param line the line of its fence
	 * @param language the language that its fence names, empty if none
	 * @param code its text
	 */
	record Snippet(Path page, int line, String language, String code) {

		@Override
		public String toString() {
			return "%s:%d".formatted(page(), line());
		}

	}

	/**
	 * A piece of a page's text.
	 *
	 * @param page the page that it stands on
	 * @param line its line
	 * @param value the piece
	 */
	record Located(Path page, int line, String value) {

		@Override
		public String toString() {
			return "%s:%d: %s".formatted(page(), line(), value());
		}

	}

}
