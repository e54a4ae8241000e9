package io.rdsboot.sample.embedding;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TermStatisticsTests {

	private final TermStatistics statistics = TermStatistics
		.of(List.of("lag pool", "lag token lag", "lag index", "lag", "lag writer", "lag reader"));

	@Test
	void inverseDocumentFrequencyFallsWithNumberOfTexts() {
		assertThat(weight("lag")).isLessThan(weight("pool")).isPositive();
		assertThat(weight("pool")).isEqualTo(weight("token"));
	}

	@Test
	void inverseDocumentFrequencyWhenUnknownIsBetweenRareAndCommon() {
		assertThat(weight("automobile")).isLessThan(weight("pool")).isGreaterThan(weight("lag"));
	}

	@Test
	void inverseDocumentFrequencyWhenNothingWasLearnedIsOne() {
		Feature feature = feature("lag");
		assertThat(TermStatistics.NONE.inverseDocumentFrequency(feature)).isEqualTo(1);
		assertThat(TermStatistics.of(List.of()).inverseDocumentFrequency(feature)).isEqualTo(1);
	}

	@Test
	void ofBytesReadsWhatToBytesWrote() {
		TermStatistics copy = TermStatistics.ofBytes(this.statistics.texts(), this.statistics.toBytes());
		assertThat(copy.texts()).isEqualTo(6);
		for (String word : List.of("lag", "pool", "automobile")) {
			assertThat(copy.inverseDocumentFrequency(feature(word))).isEqualTo(weight(word));
		}
	}

	private double weight(String word) {
		return this.statistics.inverseDocumentFrequency(feature(word));
	}

	private static Feature feature(String word) {
		return Feature.count(word)
			.keySet()
			.stream()
			.filter((feature) -> feature.kind() == Feature.Kind.WORD)
			.findFirst()
			.orElseThrow();
	}

}
