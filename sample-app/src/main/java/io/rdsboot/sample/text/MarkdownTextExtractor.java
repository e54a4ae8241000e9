package io.rdsboot.sample.text;

import java.util.List;

import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentRenderer;

import org.springframework.stereotype.Component;

/**
 * Extractor for Markdown: a section for each heading.
 */
@Component
class MarkdownTextExtractor implements TextExtractor {

	private final Parser parser = Parser.builder().build();

	private final TextContentRenderer renderer = TextContentRenderer.builder()
		.lineBreakRendering(LineBreakRendering.COMPACT)
		.build();

	@Override
	public SourceType type() {
		return SourceType.MARKDOWN;
	}

	@Override
	public List<Section> extract(String content) {
		SectionBuilder sections = new SectionBuilder();
		for (Node block = this.parser.parse(content).getFirstChild(); block != null; block = block.getNext()) {
			if (block instanceof Heading heading) {
				sections.heading(heading.getLevel(), this.renderer.render(heading));
			}
			else if (!(block instanceof HtmlBlock)) {
				sections.paragraph(this.renderer.render(block));
			}
		}
		return sections.build();
	}

}
