package io.rdsboot.sample.text;

import java.util.List;
import java.util.regex.Pattern;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.EnumDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.nodeTypes.NodeWithJavadoc;

import org.springframework.stereotype.Component;

/**
 * Extractor for Java: a section for each type's head and fields, and one for each method
 * and constructor. Packages and imports are left out. Source that is newer than the
 * parser, or broken, is read as plain text.
 */
@Component
class JavaTextExtractor implements TextExtractor {

	/** An inline tag of Javadoc, with its content as group 1, or a tag of HTML. */
	private static final Pattern MARKUP = Pattern.compile("\\{@\\w+\\s+([^{}]*)}|</?\\w[^<>]*>");

	@Override
	public SourceType type() {
		return SourceType.JAVA;
	}

	@Override
	public List<Section> extract(String content) {
		ParserConfiguration configuration = new ParserConfiguration().setLanguageLevel(LanguageLevel.JAVA_21);
		// A parser keeps state: one for each text
		CompilationUnit unit = new JavaParser(configuration).parse(content)
			.getResult()
			.filter((parsed) -> !parsed.getTypes().isEmpty())
			.orElse(null);
		if (unit == null) {
			return content.isBlank() ? List.of() : List.of(new Section(List.of(), content));
		}
		SectionBuilder sections = new SectionBuilder();
		SourceLines lines = new SourceLines(content);
		unit.getTypes().forEach((type) -> add(type, 1, lines, sections));
		return sections.build();
	}

	private void add(TypeDeclaration<?> type, int level, SourceLines lines, SectionBuilder sections) {
		sections.heading(level, type.getNameAsString());
		sections.paragraph(javadoc(type));
		sections.paragraph(lines.head(type));
		if (type instanceof EnumDeclaration enumeration) {
			enumeration.getEntries().forEach((entry) -> sections.paragraph(javadoc(entry) + "\n" + lines.of(entry)));
		}
		for (BodyDeclaration<?> member : type.getMembers()) {
			if (!(member instanceof CallableDeclaration) && !(member instanceof TypeDeclaration)) {
				sections.paragraph(lines.of(member));
			}
		}
		for (BodyDeclaration<?> member : type.getMembers()) {
			if (member instanceof CallableDeclaration<?> callable) {
				sections.heading(level + 1, callable.getNameAsString());
				sections.paragraph(javadoc(callable));
				sections.paragraph(lines.of(callable));
			}
			else if (member instanceof TypeDeclaration<?> nested) {
				add(nested, level + 1, lines, sections);
			}
		}
	}

	private String javadoc(NodeWithJavadoc<?> node) {
		return node.getJavadoc().map((javadoc) -> MARKUP.matcher(javadoc.toText()).replaceAll("$1")).orElse("");
	}

	/**
	 * Lines of a source, by the positions that the parser reports.
	 */
	private static final class SourceLines {

		private final List<String> lines;

		SourceLines(String content) {
			this.lines = content.lines().toList();
		}

		/**
		 * The declaration as it was written, without its Javadoc.
		 */
		String of(Node node) {
			return node.getRange().map((range) -> join(range.begin.line, range.end.line)).orElse("");
		}

		/**
		 * The first lines of a type, up to its opening brace.
		 */
		String head(TypeDeclaration<?> type) {
			return type.getRange().map((range) -> {
				int line = type.getName().getRange().map((name) -> name.begin.line).orElse(range.begin.line);
				while (line < range.end.line && !this.lines.get(line - 1).contains("{")) {
					line++;
				}
				return join(range.begin.line, line);
			}).orElse("");
		}

		private String join(int first, int last) {
			return String.join("\n", this.lines.subList(first - 1, Math.min(last, this.lines.size()))).stripIndent();
		}

	}

}
