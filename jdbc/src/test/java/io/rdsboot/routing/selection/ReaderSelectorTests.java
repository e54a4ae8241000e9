package io.rdsboot.routing.selection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RoundRobinReaderSelector} and {@link LeastBusyReaderSelector}.
 */
class ReaderSelectorTests {

	private final Candidate a = new Candidate("a", 1);

	private final Candidate b = new Candidate("b", 1);

	private final Candidate c = new Candidate("c", 2);

	@Test
	void roundRobinTakesTurnsByWeight() {
		assertThat(shares(new RoundRobinReaderSelector(), List.of(this.a, this.b, this.c), 400))
			.isEqualTo(Map.of("a", 100L, "b", 100L, "c", 200L));
	}

	@Test
	void roundRobinSharesTheTurnsOfAnUnavailableReader() {
		this.c.eligible = false;
		assertThat(shares(new RoundRobinReaderSelector(), List.of(this.a, this.b, this.c), 400))
			.isEqualTo(Map.of("a", 200L, "b", 200L));
	}

	@Test
	void leastBusyChoosesTheFewestConnectionsForTheWeight() {
		this.a.active = 3;
		this.b.active = 2;
		this.c.active = 3;
		assertThat(shares(new LeastBusyReaderSelector(), List.of(this.a, this.b, this.c), 10))
			.isEqualTo(Map.of("c", 10L));
	}

	@Test
	void leastBusyTakesTurnsAmongEquals() {
		assertThat(shares(new LeastBusyReaderSelector(), List.of(this.a, this.b), 100))
			.isEqualTo(Map.of("a", 50L, "b", 50L));
	}

	@Test
	void leastBusySkipsUnavailableReaders() {
		this.a.active = 9;
		this.b.eligible = false;
		assertThat(shares(new LeastBusyReaderSelector(), List.of(this.a, this.b), 10)).isEqualTo(Map.of("a", 10L));
	}

	@Test
	void selectWhenNoneIsEligibleReturnsNull() {
		this.a.eligible = false;
		assertThat(new RoundRobinReaderSelector().select(List.of(this.a), ReaderSelectorTests::isEligible)).isNull();
		assertThat(new LeastBusyReaderSelector().select(List.of(this.a), ReaderSelectorTests::isEligible)).isNull();
	}

	private static boolean isEligible(ReaderCandidate candidate) {
		return ((Candidate) candidate).eligible;
	}

	private static Map<String, Long> shares(ReaderSelector selector, List<Candidate> candidates, int times) {
		List<Candidate> copy = new ArrayList<>(candidates);
		return IntStream.range(0, times)
			.mapToObj((i) -> Objects.requireNonNull(selector.select(copy, ReaderSelectorTests::isEligible))
				.instance()
				.name())
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

	private static final class Candidate implements ReaderCandidate {

		private final DatabaseInstance instance;

		private boolean eligible = true;

		private int active;

		private Candidate(String name, int weight) {
			this.instance = new DatabaseInstance(name, InstanceAddress.parse(name), weight, Map.of(), null);
		}

		@Override
		public DatabaseInstance instance() {
			return this.instance;
		}

		@Override
		public int activeConnections() {
			return this.active;
		}

	}

}
