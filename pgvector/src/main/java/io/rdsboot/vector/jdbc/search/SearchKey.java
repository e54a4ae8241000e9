package io.rdsboot.vector.jdbc.search;

import java.util.List;
import java.util.Optional;

import io.rdsboot.vector.SearchSettings;

/**
 * What searches must have in common to take one statement.
 *
 * @param parts values of all settings but the vector
 */
record SearchKey(List<Object> parts) {

	/**
	 * Return the key of a search.
	 * @param position place of the search, which makes the key of one that needs a
	 * statement of its own unlike any other
	 */
	static SearchKey of(SearchSettings settings, int position) {
		boolean alone = settings.vector() == null || settings.hybrid() != null || settings.diversity() != null
				|| settings.reranking() != null;
		if (alone) {
			return new SearchKey(List.of(position));
		}
		return new SearchKey(List.of(Optional.ofNullable(settings.column()), settings.limit(),
				Optional.ofNullable(settings.filter()), Optional.ofNullable(settings.threshold()), settings.content(),
				settings.metadata(), settings.embedding(), settings.exact(), Optional.ofNullable(settings.efSearch()),
				Optional.ofNullable(settings.probes()), Optional.ofNullable(settings.candidates()), settings.paged(),
				Optional.ofNullable(settings.after()), Optional.ofNullable(settings.timeout()),
				Optional.ofNullable(settings.maxExactRows())));
	}

}
