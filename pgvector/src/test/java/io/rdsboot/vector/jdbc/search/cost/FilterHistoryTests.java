package io.rdsboot.vector.jdbc.search.cost;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for what is remembered of filters, and for how long.
 */
class FilterHistoryTests {

	private final AtomicLong time = new AtomicLong();

	private final FilterHistory history = new FilterHistory(this.time::get);

	private static FilterHistory.Key key(String filter) {
		return new FilterHistory.Key("embedding", null, MetadataFilter.parse(filter));
	}

	private FilterHistory.Entry add(String filter) {
		return this.history.add(key(filter), new FilterEstimate(7, true));
	}

	private FilterHistory.@Nullable Entry find(String filter) {
		return this.history.find(key(filter));
	}

	@Test
	void filterIsFoundUntilItExpires() {
		add("a = 1");
		this.time.set(FilterHistory.LIFETIME.toNanos());
		assertThat(Objects.requireNonNull(find("a = 1.0")).estimate()).isEqualTo(new FilterEstimate(7, true));
		assertThat(find("a = 2")).isNull();
		assertThat(this.history.find(new FilterHistory.Key("embedding", 3, MetadataFilter.parse("a = 1")))).isNull();
		this.time.incrementAndGet();
		assertThat(find("a = 1")).isNull();
		assertThat(this.history.size()).isZero();
	}

	@Test
	void filterThatWasNotUsedForLongestIsForgottenFirst() {
		for (int i = 0; i < FilterHistory.MAX_FILTERS; i++) {
			add("a = " + i);
		}
		assertThat(find("a = 0")).isNotNull();
		add("a = -1");
		assertThat(this.history.size()).isEqualTo(FilterHistory.MAX_FILTERS);
		assertThat(find("a = 0")).isNotNull();
		assertThat(find("a = 1")).isNull();
	}

	@Test
	void largeFilterIsNotKept() {
		MetadataFilter many = MetadataFilter.in("a", IntStream.range(0, 101).boxed().toArray());
		MetadataFilter text = MetadataFilter.eq("a", "x".repeat(1001));
		for (MetadataFilter large : new MetadataFilter[] { many, text, many.and(text),
				MetadataFilter.key("a").contains("x".repeat(1001)) }) {
			FilterHistory.Key key = new FilterHistory.Key("embedding", null, large);
			assertThat(this.history.add(key, new FilterEstimate(7, true)).estimate().rows()).isEqualTo(7);
			assertThat(this.history.find(key)).isNull();
		}
	}

	@Test
	void observationsCountForFiltersOfTheSameKeysUntilTheseHaveTheirOwn() {
		FilterHistory.Entry first = add("a = 1 and b > 2");
		assertThat(first.remoteness()).isEqualTo(1);
		first.observed(9);
		assertThat(first.remoteness()).isEqualTo(9);
		FilterHistory.Entry alike = add("a = 3 and b > 4");
		assertThat(alike.remoteness()).isCloseTo(3, within(1e-9));
		alike.observed(1);
		assertThat(alike.remoteness()).isEqualTo(1);
		assertThat(first.remoteness()).isEqualTo(9);
		assertThat(add("a = 1 and b < 2").remoteness()).isEqualTo(1);
	}

	@Test
	void trialsBecomeRarer() {
		FilterHistory.Entry entry = add("a = 1");
		assertThat(IntStream.rangeClosed(1, 40).filter((i) -> entry.isTrialDue())).containsExactly(2, 4, 8, 16, 32);
	}

}
