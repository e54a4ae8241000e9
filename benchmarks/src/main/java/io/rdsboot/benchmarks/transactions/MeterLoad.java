package io.rdsboot.benchmarks.transactions;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that puts a load of small read-only transactions on a local cluster, through a
 * service with a meter registry for Prometheus and through one without, and compares the
 * ratio of their times with the target: p50 within 2 %. Takes two minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-meters
 * </pre>
 */
public final class MeterLoad {

	private static final int TRANSACTIONS_A_BLOCK = 500;

	private static final double P50_LIMIT = 1.02;

	private static final int WARM_UP_ROUNDS = 30;

	private static final int ROUNDS = 300;

	private MeterLoad() {
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws ExecutionException if a transaction failed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws ExecutionException, InterruptedException {
		List<Figure> figures;
		MeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start();
				RoutingService without = RoutingService.on(cluster);
				RoutingService with = RoutingService.on(cluster,
						Map.of("meterRegistry", meters, "observationRegistry", observations));
				RoutingService control = RoutingService.on(cluster);
				TransactionBlock single = new TransactionBlock(1, TRANSACTIONS_A_BLOCK)) {
			Comparison comparison = new Comparison(Map.of(Comparison.Subject.REFERENCE, reading(without),
					Comparison.Subject.MEASURED, reading(with), Comparison.Subject.CONTROL, reading(control)),
					P50_LIMIT);
			comparison.measure("warm-up", WARM_UP_ROUNDS, single);
			figures = comparison.measure("read-only, with meters", ROUNDS, single);
			if (meters.get("rds.routing.borrow").tag("reason", "read").timer().count() < ROUNDS
					* TRANSACTIONS_A_BLOCK) {
				throw new IllegalStateException("The borrows were not measured");
			}
		}
		new Report("A read-only transaction with SELECT 1, ratio to one without meters: "
				+ "median over rounds [95 % confidence]", figures)
			.publish();
	}

	private static SmallTransaction reading(RoutingService service) {
		return new SmallTransaction(service.dataSource(), true, SmallTransaction.Query.ONE);
	}

}
