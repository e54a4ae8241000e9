package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.routing.ReadOnlyDataSource;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.routing.failure.UnknownReaderGroupException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of groups of readers and of availability zones, on a writer with four readers.
 */
@LocalRds(readers = 4)
class ReaderGroupTests {

	private final LocalRdsCluster cluster;

	private final List<DatabaseInstance> readers;

	private final InstancePlacements placements = new InstancePlacements(InstancePlacement.NONE);

	private RoutedCluster routed;

	ReaderGroupTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.readers = cluster.readers().stream().map((reader) -> RoutedCluster.instance(reader, 1)).toList();
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.placements(this.placements).maximumFallbacks(1));
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	@Test
	void readsOfAGroupAreServedByItsReadersAndOthersByTheRest() {
		group("reports", 3);
		assertThat(served(12)).isEqualTo(shares(4, 0, 1, 2));
		assertThat(Reads.from("reports", () -> served(4))).isEqualTo(shares(4, 3));
		assertThat(served(3)).isEqualTo(shares(1, 0, 1, 2));
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).containsOnly(RoutingReason.READ);
	}

	@Test
	void viewOfAGroupIsServedByItsReadersWhoeverReadsOnIt() {
		group("reports", 3);
		group("exports", 2);
		JdbcTemplate reports = new JdbcTemplate(ReadOnlyDataSource.of(this.routed.dataSource).from("reports"));
		assertThat(port(reports)).isEqualTo(port(3));
		assertThat(Reads.from("exports", () -> port(reports))).isEqualTo(port(3));
		assertThat(Reads.from("exports", this.routed::readingPort)).isEqualTo(port(2));
		JdbcTemplate unknown = new JdbcTemplate(ReadOnlyDataSource.eventual(this.routed.dataSource).from("report"));
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> port(unknown))
			.withCauseInstanceOf(UnknownReaderGroupException.class);
	}

	private int port(int reader) {
		return this.cluster.readers().get(reader).port();
	}

	private static int port(JdbcTemplate jdbc) {
		return Objects.requireNonNull(jdbc.queryForObject("SELECT current_setting('port')::int", Integer.class));
	}

	@Test
	void innermostGroupCountsAndEndsWithItsScope() {
		group("reports", 3);
		group("exports", 2);
		Reads.from("reports", () -> {
			Reads.from("exports", () -> assertThat(served(2)).isEqualTo(shares(2, 2)));
			assertThat(Reads.eventually(() -> served(2))).isEqualTo(shares(2, 3));
		});
		assertThat(served(2)).isEqualTo(shares(1, 0, 1));
	}

	@Test
	void readsThatAlternateBetweenGroupsAreBalancedInEach() {
		group("reports", 2, 3);
		Map<Integer, Integer> ofReports = new TreeMap<>();
		Map<Integer, Integer> ofOthers = new TreeMap<>();
		for (int i = 0; i < 8; i++) {
			ofReports.merge(Reads.from("reports", this.routed::readingPort), 1, Integer::sum);
			ofOthers.merge(this.routed.readingPort(), 1, Integer::sum);
		}
		assertThat(ofReports).isEqualTo(shares(4, 2, 3));
		assertThat(ofOthers).isEqualTo(shares(4, 0, 1));
	}

	@Test
	void writerServesAGroupThatIsLostWithinItsBound() throws Exception {
		group("reports", 3);
		lose(3);
		Reads.from("reports", () -> {
			assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
			assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
				.containsExactly(RoutingReason.READER_FALLBACK);
		});
		assertThat(served(3)).isEqualTo(shares(1, 0, 1, 2));
	}

	@Test
	void groupThatHasNoReadersAtPresentIsServedByTheWriterWithinItsBound() throws Exception {
		group("reports");
		try (Connection first = Reads.from("reports", this::reading)) {
			CompletableFuture<Integer> second = CompletableFuture
				.supplyAsync(() -> Reads.from("reports", this.routed::readingPort));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(second::get)
				.havingCause()
				.withCauseInstanceOf(NoReaderAvailableException.class);
			assertThat(first.isClosed()).isFalse();
		}
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.READER_FALLBACK);
	}

	@Test
	void unknownGroupIsRefusedWithTheNamesThatThereAre() {
		group("reports", 3);
		group("exports", 2);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> Reads.from("report", this.routed::readingPort))
			.havingCause()
			.isInstanceOf(UnknownReaderGroupException.class)
			.withMessage("There is no group of readers 'report', only [exports, reports]: correct the name, or add "
					+ "rds.reader-groups.report");
		assertThat(served(2)).isEqualTo(shares(1, 0, 1));
		assertThat(Reads.from("report", this.routed::writingPort)).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void groupWithoutReadersOfItsOwnIsServedByAll() {
		this.placements.update((present) -> new InstancePlacement(null, Map.of(), Map.of(), Set.of("reports")));
		assertThat(Reads.from("reports", () -> served(4))).isEqualTo(shares(1, 0, 1, 2, 3));
	}

	@Test
	void readersOfTheOwnZoneServeAndAreBalanced() {
		zones("a", "a", "a", "b");
		ownZone("a");
		Map<Integer, Integer> served = served(3000);
		assertThat(served.keySet()).isEqualTo(shares(1, 0, 1, 2).keySet());
		double mean = served.values().stream().mapToInt(Integer::intValue).average().orElseThrow();
		double variance = served.values().stream().mapToDouble((count) -> (count - mean) * (count - mean)).sum()
				/ served.size();
		assertThat(Math.sqrt(variance) / mean).isCloseTo(0, within(0.05));
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).containsOnly(RoutingReason.READ);
	}

	@Test
	void otherZonesServeWhileTheReadersOfTheOwnZoneAreLost() {
		zones("a", "b", "b", "a");
		ownZone("a");
		lose(0);
		assertThat(served(2)).isEqualTo(shares(2, 3));
		lose(3);
		assertThat(served(2)).isEqualTo(shares(1, 1, 2));
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.READ, RoutingReason.READ, RoutingReason.ZONE_READERS_UNAVAILABLE,
					RoutingReason.ZONE_READERS_UNAVAILABLE);
		this.routed.dataSource.resumeReader(this.readers.get(0));
		assertThat(served(2)).isEqualTo(shares(2, 0));
	}

	@Test
	void otherZonesServeWhileTheReadersOfTheOwnZoneAreTwiceAsBusy() throws Exception {
		zones("a", "b", "b", "b");
		ownZone("a");
		List<Connection> held = new ArrayList<>();
		try {
			for (int i = 0; i < 6; i++) {
				held.add(reading());
			}
		}
		finally {
			for (Connection connection : held) {
				connection.close();
			}
		}
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.READ, RoutingReason.READ, RoutingReason.READ,
					RoutingReason.ZONE_READERS_BUSY, RoutingReason.ZONE_READERS_BUSY, RoutingReason.ZONE_READERS_BUSY);
	}

	@Test
	void otherZonesOfTheRegionServeBeforeOtherRegions() {
		openIn("near", "near", "far", "far");
		zones("a", "b", "c", "c");
		ownZone("a");
		assertThat(served(2)).isEqualTo(shares(2, 0));
		lose(0);
		assertThat(served(2)).isEqualTo(shares(2, 1));
		lose(1);
		assertThat(served(2)).isEqualTo(shares(1, 2, 3));
	}

	@Test
	void readersOfAnotherRegionDoNotServeBecauseThoseOfTheOwnZoneAreBusy() throws Exception {
		openIn("near", "far", "far", "far");
		zones("a", "b", "b", "b");
		ownZone("a");
		try (Connection first = reading();
				Connection second = reading();
				Connection third = reading();
				Connection fourth = reading()) {
			assertThat(List.of(first, second, third, fourth)).doesNotContainNull();
		}
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).containsOnly(RoutingReason.READ);
	}

	/**
	 * Opens it anew, with readers in regions of which the application is in the first.
	 */
	private void openIn(String... names) {
		AddressRegions regions = new AddressRegions(List.of(names));
		for (int i = 0; i < names.length; i++) {
			regions.put(this.readers.get(i).address(), names[i]);
		}
		this.routed.close();
		this.routed = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.placements(this.placements)
					.readerSelector(new RegionReaderSelector(new RoundRobinReaderSelector(), true, regions, names[0])));
	}

	@Test
	void zoneWithoutReadersAndZonesThatNobodyKnowsAreAsNoZones() {
		ownZone("c");
		assertThat(served(4)).isEqualTo(shares(1, 0, 1, 2, 3));
		zones("a", "a", "b", "b");
		assertThat(served(4)).isEqualTo(shares(1, 0, 1, 2, 3));
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.READ, RoutingReason.READ, RoutingReason.READ, RoutingReason.READ,
					RoutingReason.NO_READER_IN_ZONE, RoutingReason.NO_READER_IN_ZONE, RoutingReason.NO_READER_IN_ZONE,
					RoutingReason.NO_READER_IN_ZONE);
	}

	@Test
	void zoneIsPreferredWithinAGroup() {
		zones("a", "b", "a", "b");
		ownZone("b");
		group("reports", 2, 3);
		assertThat(Reads.from("reports", () -> served(2))).isEqualTo(shares(2, 3));
		assertThat(served(2)).isEqualTo(shares(2, 1));
	}

	private void group(String name, int... members) {
		Set<InstanceAddress> addresses = Arrays.stream(members)
			.mapToObj((member) -> this.readers.get(member).address())
			.collect(Collectors.toSet());
		this.placements.update((present) -> present.withGroup(name, addresses));
	}

	private void ownZone(String name) {
		this.placements.update((present) -> present.withOwnZone(name));
	}

	private void zones(String... names) {
		for (int i = 0; i < names.length; i++) {
			InstanceAddress address = this.readers.get(i).address();
			String name = names[i];
			this.placements.update((present) -> present.withZone(address, name));
		}
	}

	private void lose(int reader) {
		this.routed.dataSource.suspendReader(this.readers.get(reader));
	}

	private Connection reading() {
		try {
			Connection connection = this.routed.dataSource.getConnection();
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			connection.createStatement().execute("SELECT 1");
			return connection;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns how many of some reads each port has served.
	 */
	private Map<Integer, Integer> served(int reads) {
		Map<Integer, Integer> served = new TreeMap<>();
		for (int i = 0; i < reads; i++) {
			served.merge(this.routed.readingPort(), 1, Integer::sum);
		}
		return served;
	}

	private Map<Integer, Integer> shares(int each, int... members) {
		Map<Integer, Integer> shares = new TreeMap<>();
		for (int member : members) {
			shares.put(this.readers.get(member).address().port(), each);
		}
		return shares;
	}

}
