package io.rdsboot.sample.text;

import java.util.List;

import org.springframework.stereotype.Component;

/**
 * Extractor for plain text, which is one section.
 */
@Component
class PlainTextExtractor implements TextExtractor {

	@Override
	public SourceType type() {
		return SourceType.TEXT;
	}

	@Override
	public List<Section> extract(String content) {
		return content.isBlank() ? List.of() : List.of(new Section(List.of(), content));
	}

}
