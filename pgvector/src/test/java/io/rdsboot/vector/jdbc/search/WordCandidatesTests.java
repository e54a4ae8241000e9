package io.rdsboot.vector.jdbc.search;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WordCandidates}.
 */
class WordCandidatesTests {

	private static final int ROWS = 1_000_000;

	private static final int LIMIT = 10_000;

	private final WordStatistics statistics = new WordStatistics(ROWS, true,
			Map.of("every", 1.0, "half", 0.5, "third", 0.33, "tenth", 0.1, "twentieth", 0.05, "ten\\th'", 0.002),
			0.0005, false);

	@Test
	void wordsThatFewRowsHaveAllChooseRows() {
		assertThat(choose("unknown", "ten\\th'")).isEqualTo(WordCandidates.all(LIMIT));
		assertThat(choose("unknown")).isEqualTo(WordCandidates.all(LIMIT));
	}

	@Test
	void rarerWordsChooseRowsWhereOthersAreTooFrequent() {
		assertThat(choose("half", "unknown", "ten\\th'", "tenth"))
			.isEqualTo(new WordCandidates(LIMIT, 1, WordCandidates.Partly.CHOSEN, "'unknown' | 'ten\\\\th'''"));
	}

	@Test
	void rowsHaveSeveralFrequentWordsWhereNoneIsRare() {
		assertThat(choose("half", "third", "tenth", "twentieth"))
			.isEqualTo(new WordCandidates(LIMIT, 1, WordCandidates.Partly.CHOSEN, "'twentieth' & 'tenth'"));
		assertThat(choose("tenth", "twentieth"))
			.isEqualTo(new WordCandidates(LIMIT, 1, WordCandidates.Partly.NONE, null));
	}

	@Test
	void tableIsSampledWhereTooManyRowsHaveAllWords() {
		assertThat(choose("half", "every"))
			.isEqualTo(new WordCandidates(LIMIT, 0.01, WordCandidates.Partly.NONE, null));
		WordStatistics view = new WordStatistics(ROWS, false, this.statistics.shares(), 0.0005, false);
		assertThat(WordCandidates.choose(LIMIT, List.of("half"), view, ROWS))
			.isEqualTo(new WordCandidates(LIMIT, 1, WordCandidates.Partly.NONE, null));
	}

	@Test
	void rowsThatRepeatAllWordsComeFirstWhereAnIndexKnowsThem() {
		WordStatistics indexed = new WordStatistics(ROWS, true, this.statistics.shares(), 0.0005, true);
		assertThat(WordCandidates.choose(LIMIT, List.of("half", "every"), indexed, ROWS))
			.isEqualTo(new WordCandidates(LIMIT, 0.01, WordCandidates.Partly.UNREPEATED, null));
		assertThat(WordCandidates.choose(LIMIT, List.of("half", "unknown"), indexed, ROWS))
			.isEqualTo(choose("half", "unknown"));
	}

	@Test
	void fewerRowsFulfilAFilter() {
		assertThat(WordCandidates.choose(LIMIT, List.of("half", "tenth"), this.statistics, 50_000))
			.isEqualTo(new WordCandidates(LIMIT, 1, WordCandidates.Partly.CHOSEN, "'tenth'"));
	}

	private WordCandidates choose(String... words) {
		return WordCandidates.choose(LIMIT, List.of(words), this.statistics, ROWS);
	}

}
