package io.rdsboot.vector;

import java.util.UUID;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link VectorSearch} and {@link SearchPosition}.
 */
class VectorSearchTests {

	private final VectorSearch search = VectorSearch.nearest(new float[] { 1, 2 });

	@Test
	void valueOutOfRangeIsRefused() {
		assertRefused(() -> this.search.limit(0), "limit of a vector search must be between 1 and 10000, but is 0");
		assertRefused(() -> this.search.limit(1_000_000),
				"limit of a vector search must be between 1 and 10000, but is 1000000");
		assertRefused(() -> this.search.efSearch(1001),
				"efSearch of a vector search must be between 1 and 1000, but is 1001");
		assertRefused(() -> this.search.probes(0), "probes of a vector search must be between 1 and 32768, but is 0");
		assertRefused(() -> this.search.within(Double.NaN),
				"greatest distance of a vector search must be a number, but is NaN");
		assertRefused(() -> this.search.minSimilarity(Double.NaN),
				"least similarity of a vector search must be a number, but is NaN");
		assertRefused(() -> this.search.diversified(1.1, 20),
				"lambda of a diversified search must be between 0 and 1, but is 1.1");
		assertRefused(() -> this.search.diversified(0.5, 1001),
				"candidates of a vector search must be between 1 and 1000, but is 1001");
		assertRefused(() -> this.search.hybrid(" "),
				"words of a hybrid search must not be blank or contain a NUL character, but are ' '");
		assertRefused(() -> this.search.hybrid("a\0"),
				"words of a hybrid search must not be blank or contain a NUL character, but are 'a?'");
		assertRefused(() -> this.search.hybrid("a", -1, 1),
				"vectorWeight of a hybrid search must be finite and not negative, but is -1.0");
		assertRefused(() -> this.search.hybrid("a", 0, 0), "weights of a hybrid search must not both be 0");
	}

	@Test
	void settingsThatContradictEachOtherAreRefused() {
		assertRefused(() -> this.search.paged().hybrid("a"), "vector search is not possible: pages follow the "
				+ "distance alone: a search by page cannot be hybrid, diversified or reranked");
		assertRefused(() -> this.search.reranked((rows) -> new double[0], 10).after(new SearchPosition(1, 1L, 1)),
				"vector search is not possible: pages follow the "
						+ "distance alone: a search by page cannot be hybrid, diversified or reranked");
		assertRefused(() -> this.search.diversified(0.5, 50).hybrid("a"),
				"vector search is not possible: a diversified search cannot be hybrid or reranked too");
		assertRefused(() -> this.search.exact().efSearch(10), "vector search is not possible: "
				+ "an exact search uses no index, so it has no efSearch, probes or candidates");
		assertRefused(() -> this.search.diversified(0.5, 50).limit(51),
				"vector search is not possible: candidates of a diversified search must be at least its limit");
		assertRefused(() -> this.search.limit(20).candidates(10),
				"vector search is not possible: candidates of a search must be at least its limit");
	}

	@Test
	void settingDoesNotChangeTheSearchItIsMadeFrom() {
		VectorSearch changed = this.search.limit(3).withEmbedding();
		assertThat(this.search.settings().limit).isEqualTo(10);
		assertThat(this.search.settings().embedding).isFalse();
		assertThat(changed.settings().limit).isEqualTo(3);
	}

	@Test
	void positionIsEqualAfterItsTextForm() {
		for (Object id : new Object[] { UUID.randomUUID(), "a 'quoted' ü/?&= id", "", -7L, Long.MIN_VALUE }) {
			SearchPosition position = new SearchPosition(-0.1 - 1e-17, id, 12);
			assertThat(SearchPosition.parse(position.toString())).isEqualTo(position);
			assertThat(position.toString()).matches("[A-Za-z0-9_.-]+");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "0.3ff0000000000000.b1", "1.7ff0000000000000.b1", "1.7ff8000000000000.b1",
			"1.3ff0000000000000.bx", "1.3ff0000000000000.ux", "1.3ff0000000000000.t!", "1.3ff0000000000000.t_w",
			"999999.3ff0000000000000.b1", "1.3ff0000000000000.b99999999999999999999", "1.3FF0000000000000.b1",
			"1.3ff0000000000000.b1 or 1=1" })
	void textThatIsNoPositionIsRefused(String text) {
		assertRefused(() -> SearchPosition.parse(text),
				"Text of %d characters is no search position: ".formatted(text.length())
						+ "hand on the text that SearchPosition.toString() returned, unchanged");
	}

	private static void assertRefused(Supplier<?> call, String message) {
		assertThatIllegalArgumentException().isThrownBy(call::get).withMessage(message);
	}

}
