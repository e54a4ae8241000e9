package io.rdsboot.benchmarks.regions;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.switchover.PairCall;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcome;
import io.rdsboot.benchmarks.switchover.WrittenRows;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Planned switchovers of one global database back and forth, each under the load of a
 * contender that starts anew, in a region that is the primary one every other time. Not
 * thread-safe.
 */
final class RegionSwitchovers implements AutoCloseable {

	private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1");

	private static final int INSTANCES_OF_A_REGION = 2;

	/** By chance, so that no client's rhythm falls together with the switchover. */
	private static final Duration JITTER = Duration.ofSeconds(1);

	private static final String NO_ROWS = "TRUNCATE written";

	private final LocalGlobalDatabase database;

	private final Random random;

	/**
	 * Starts a global database.
	 * @param random varies the times
	 */
	RegionSwitchovers(Random random) throws SQLException {
		LocalGlobalDatabase.Builder builder = LocalGlobalDatabase.builder();
		REGIONS.forEach((region) -> builder.region(region, INSTANCES_OF_A_REGION));
		this.database = builder.start();
		this.random = random;
		PairLoad.createTable(this.database.cluster());
	}

	/**
	 * Switches over to the other region.
	 * @param contender who is under load
	 */
	SwitchoverOutcome next(RegionContender contender) throws SQLException, InterruptedException {
		DirectConnection.execute(this.database.cluster(), NO_ROWS);
		this.database.cluster().awaitReplication();
		LocalRdsInstance former = this.database.cluster().writer();
		String target = this.database.primaryRegion().equals(REGIONS.get(0)) ? REGIONS.get(1) : REGIONS.get(0);
		try (ConnectionSource source = contender.open(this.database, REGIONS.get(1));
				PairLoad load = new PairLoad(source)) {
			load.warmUp(contender);
			TimeUnit.NANOSECONDS.sleep((long) (this.random.nextDouble() * JITTER.toNanos()));
			this.database.switchover(target);
			long opened = this.database.openedAt().orElseThrow();
			load.awaitWrites(opened, PairLoad.LIMIT);
			List<PairCall> calls = load.stop(PairLoad.LIMIT);
			this.database.cluster().awaitReplication();
			return new SwitchoverOutcome(this.database.closedAt().orElseThrow(), opened, calls,
					WrittenRows.counted(rows(this.database.cluster().writer())), rows(former));
		}
	}

	private List<PairCall.Row> rows(LocalRdsInstance instance) throws SQLException {
		try (Connection connection = this.database.cluster().adminConnection(instance)) {
			return WrittenRows.of(connection);
		}
	}

	@Override
	public void close() {
		this.database.close();
	}

}
