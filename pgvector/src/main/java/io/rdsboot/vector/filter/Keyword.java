package io.rdsboot.vector.filter;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Word with a meaning in the text form, in any case of letters. A key of that name stands
 * in double quotes.
 */
enum Keyword {

	AND, BETWEEN, CONTAINS, EXISTS, FALSE, IN, IS, LIKE, NOT, NULL, OR, TRUE;

	static @Nullable Keyword of(String word) {
		for (Keyword keyword : values()) {
			if (keyword.name().equalsIgnoreCase(word)) {
				return keyword;
			}
		}
		return null;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
