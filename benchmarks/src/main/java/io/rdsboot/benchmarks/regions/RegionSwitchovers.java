package io.rdsboot.benchmarks.regions;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.switchover.PairCall;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.ServiceSource;
import io.rdsboot.benchmarks.switchover.SwitchoverOutcome;
import io.rdsboot.benchmarks.switchover.WrittenRows;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Planned switchovers of one global database back and forth, each under the load of a
 * service that is started anew, in a region that is the primary one every other time. Not
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
	 */
	SwitchoverOutcome next() throws SQLException, InterruptedException {
		DirectConnection.execute(this.database.cluster(), NO_ROWS);
		this.database.cluster().awaitReplication();
		LocalRdsInstance former = this.database.cluster().writer();
		String target = this.database.primaryRegion().equals(REGIONS.get(0)) ? REGIONS.get(1) : REGIONS.get(0);
		try (ServiceSource source = new ServiceSource(service()); PairLoad load = new PairLoad(source)) {
			load.warmUp("The service");
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

	private RoutingService service() {
		return RoutingService.at(this.database.cluster(),
				this.database.writerEndpoint().host() + ":" + this.database.writerEndpoint().port(),
				"rds.global-database.region=" + REGIONS.get(1), endpoint(REGIONS.get(0)), endpoint(REGIONS.get(1)),
				address(REGIONS.get(0)), address(REGIONS.get(1)), "rds.pool.maximum-pool-size=" + PairLoad.THREADS);
	}

	private String endpoint(String region) {
		return "rds.global-database.endpoints.%s=%s:%d".formatted(region, this.database.clusterEndpoint(region).host(),
				this.database.clusterEndpoint(region).port());
	}

	private String address(String region) {
		return "rds.global-database.instance-addresses.%s=%s".formatted(region, this.database.instanceAddress());
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
