package io.rdsboot.sample.text;

import java.util.List;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

import org.springframework.stereotype.Component;

/**
 * Extractor for HTML: a section for each heading, below the page's title. Scripts, styles
 * and navigation are left out.
 */
@Component
class HtmlTextExtractor implements TextExtractor {

	private static final String LEFT_OUT = "script, style, noscript, template, svg, nav";

	private static final String HEADINGS = "h1, h2, h3, h4, h5, h6";

	@Override
	public SourceType type() {
		return SourceType.HTML;
	}

	@Override
	public List<Section> extract(String content) {
		Document document = Jsoup.parse(content);
		document.select(LEFT_OUT).remove();
		SectionVisitor visitor = new SectionVisitor();
		visitor.sections.heading(0, document.title());
		NodeTraversor.traverse(visitor, document.body());
		visitor.endParagraph();
		return visitor.sections.build();
	}

	private static final class SectionVisitor implements NodeVisitor {

		private final SectionBuilder sections = new SectionBuilder();

		private final StringBuilder paragraph = new StringBuilder();

		@Override
		public void head(Node node, int depth) {
			if (node instanceof TextNode text) {
				this.paragraph.append(isPreformatted(text) ? text.getWholeText() : text.text());
			}
			else if (node instanceof Element element && breaksLine(element)) {
				endParagraph();
			}
		}

		@Override
		public void tail(Node node, int depth) {
			if (node instanceof Element element && breaksLine(element)) {
				if (element.is(HEADINGS)) {
					this.paragraph.setLength(0);
					this.sections.heading(element.tagName().charAt(1) - '0', element.text());
				}
				else {
					endParagraph();
				}
			}
		}

		private void endParagraph() {
			this.sections.paragraph(this.paragraph.toString());
			this.paragraph.setLength(0);
		}

		private static boolean breaksLine(Element element) {
			return element.isBlock() || "br".equals(element.tagName());
		}

		private static boolean isPreformatted(TextNode text) {
			Element parent = text.parent();
			return parent != null && parent.closest("pre") != null;
		}

	}

}
