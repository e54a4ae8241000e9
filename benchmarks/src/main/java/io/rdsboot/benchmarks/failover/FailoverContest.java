package io.rdsboot.benchmarks.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failovers of one cluster, a turn for each contender in every round, in an order that
 * changes by chance. Each turn has a pool of its own, a failover of its own, and the
 * machine to itself: with all contenders at once, the connections that all of them open
 * in the same moment would be what is measured. Not thread-safe.
 */
final class FailoverContest {

	private static final Logger logger = LoggerFactory.getLogger(FailoverContest.class);

	/** Until the pools are full, and everything that watches has begun to. */
	private static final Duration WARM_UP = Duration.ofSeconds(3);

	/** Longer than any of the time-outs. */
	private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);

	/** Until the former writer is back, and pools have filled. */
	private static final Duration AFTERMATH = Duration.ofSeconds(3);

	private final LocalRdsCluster cluster;

	private final Duration patience;

	private final List<Contender> order = new ArrayList<>(List.of(Contender.values()));

	/** The same order in every run. */
	private final Random random = new Random(1);

	/**
	 * Creates a contest.
	 * @param cluster a cluster with Aurora's functions, and at least two readers
	 * @param patience how long a contender is waited for after a promotion
	 */
	FailoverContest(LocalRdsCluster cluster, Duration patience) {
		this.cluster = cluster;
		this.patience = patience;
	}

	/**
	 * Runs rounds of one fault.
	 */
	Map<Contender, Outages> run(Fault fault, int rounds) throws InterruptedException, SQLException {
		Map<Contender, Outages> outages = new EnumMap<>(Contender.class);
		for (int round = 1; round <= rounds; round++) {
			Collections.shuffle(this.order, this.random);
			for (Contender contender : this.order) {
				Outage outage = turn(fault, contender);
				logger.info("{} {}/{}, {}: {}", fault, round, rounds, contender, outage);
				outages.computeIfAbsent(contender, (first) -> new Outages()).add(outage);
			}
		}
		return outages;
	}

	private Outage turn(Fault fault, Contender contender) throws InterruptedException, SQLException {
		this.cluster.awaitReplication();
		LocalRdsInstance former = this.cluster.writer();
		try (ConnectionSource source = contender.open(this.cluster); WriteLoad load = new WriteLoad(source)) {
			warmUp(load, contender);
			long struck = System.nanoTime();
			long lost = fault.strike(this.cluster, this.random);
			long promoted = this.cluster.lastPromotion().orElseThrow();
			load.awaitWrites(promoted, this.patience);
			TimeUnit.NANOSECONDS.sleep(AFTERMATH.toNanos());
			Outage outage = new Outage(struck, lost, promoted, load.calls());
			// Before the pool is closed: threads that are stuck on the former writer are
			// free when its processes are gone.
			fault.repair(this.cluster, former);
			return outage;
		}
	}

	private static void warmUp(WriteLoad load, Contender contender) throws InterruptedException {
		long start = System.nanoTime();
		TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
		if (!load.awaitWrites(start, WARM_UP_LIMIT)) {
			throw new IllegalStateException(
					"%s does not write, before anything has failed: %s".formatted(contender, load.calls().get(0)));
		}
	}

}
