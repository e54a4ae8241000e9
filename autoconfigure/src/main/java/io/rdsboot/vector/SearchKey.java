package io.rdsboot.vector;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What searches must have in common to take one statement.
 *
 * @param parts values of all settings but the vector
 */
record SearchKey(List<@Nullable Object> parts) {

	/**
	 * Return the key of a search.
	 * @param position place of the search, which makes the key of one that needs a
	 * statement of its own unlike any other
	 */
	static SearchKey of(SearchSettings settings, int position) {
		boolean alone = settings.vector == null || settings.hybrid != null || settings.diversity != null
				|| settings.reranking != null;
		return new SearchKey(alone ? List.of(position)
				: Arrays.asList(settings.column, settings.limit, settings.filter, settings.threshold, settings.content,
						settings.metadata, settings.embedding, settings.exact, settings.efSearch, settings.probes,
						settings.candidates, settings.paged, settings.after));
	}

}
