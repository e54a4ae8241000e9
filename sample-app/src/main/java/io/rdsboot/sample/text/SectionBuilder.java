package io.rdsboot.sample.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * Collector of sections from a flat sequence of headings and paragraphs.
 */
class SectionBuilder {

	private final List<Section> sections = new ArrayList<>();

	private final TreeMap<Integer, String> headings = new TreeMap<>();

	private final StringBuilder text = new StringBuilder();

	/**
	 * Begins a section; headings of this level and below end.
	 * @param level the level, outermost 1
	 * @param heading the heading's text
	 */
	void heading(int level, String heading) {
		flush();
		this.headings.tailMap(level, true).clear();
		if (!heading.isBlank()) {
			this.headings.put(level, heading.strip());
		}
	}

	void paragraph(String paragraph) {
		if (!paragraph.isBlank()) {
			this.text.append(paragraph.strip()).append("\n\n");
		}
	}

	List<Section> build() {
		flush();
		return Collections.unmodifiableList(this.sections);
	}

	private void flush() {
		if (!this.text.isEmpty()) {
			Collection<String> path = this.headings.values();
			this.sections.add(new Section(List.copyOf(path), this.text.toString()));
			this.text.setLength(0);
		}
	}

}
