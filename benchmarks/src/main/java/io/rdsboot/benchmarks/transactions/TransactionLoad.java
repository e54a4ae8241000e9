package io.rdsboot.benchmarks.transactions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.LocalDatabase;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.cluster.InstanceRole;

/**
 * Program that puts a load of small transactions on a local cluster, through the routing
 * data source and through bare HikariCP pools on the same servers, and compares the
 * ratios of their times with the targets: p50 within 5 %, p99 within 1.5 times. Takes a
 * few minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-transactions
 * </pre>
 */
public final class TransactionLoad {

	/**
	 * Of all threads together: enough for a p99, and short compared with what disturbs
	 * the machine.
	 */
	private static final int TRANSACTIONS_A_BLOCK = 500;

	private static final double P50_LIMIT = 1.05;

	private static final int WARM_UP_ROUNDS = 30;

	private static final int ROUNDS = 300;

	private TransactionLoad() {
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws ExecutionException if a transaction failed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws ExecutionException, InterruptedException {
		List<Figure> figures = new ArrayList<>();
		try (LocalDatabase database = LocalDatabase.start()) {
			figures.addAll(measure(database, InstanceRole.WRITER));
			figures.addAll(measure(database, InstanceRole.READER));
		}
		new Report(
				"A transaction with one query, SELECT 1 where it is not said, ratio to bare HikariCP: median over rounds [95 % confidence]",
				figures)
			.publish();
	}

	private static List<Figure> measure(LocalDatabase database, InstanceRole role)
			throws ExecutionException, InterruptedException {
		List<Figure> figures = new ArrayList<>();
		boolean readOnly = (role == InstanceRole.READER);
		String name = readOnly ? "read-only" : "read-write";
		try (HikariDataSource bare = database.bare(role); HikariDataSource control = database.bare(role)) {
			Function<SmallTransaction.Query, Comparison> comparisons = (query) -> new Comparison(
					Map.of(Comparison.Subject.REFERENCE, new SmallTransaction(bare, readOnly, query),
							Comparison.Subject.MEASURED, new SmallTransaction(database.routing(), readOnly, query),
							Comparison.Subject.CONTROL, new SmallTransaction(control, readOnly, query)),
					P50_LIMIT);
			Comparison one = comparisons.apply(SmallTransaction.Query.ONE);
			Comparison entity = comparisons.apply(SmallTransaction.Query.ENTITY);
			try (TransactionBlock single = new TransactionBlock(1, TRANSACTIONS_A_BLOCK);
					TransactionBlock four = new TransactionBlock(4, TRANSACTIONS_A_BLOCK / 4)) {
				one.measure("warm-up", WARM_UP_ROUNDS, single);
				figures.addAll(one.measure(name + ", 1 thread", ROUNDS, single));
				one.measure("warm-up", WARM_UP_ROUNDS, four);
				figures.addAll(one.measure(name + ", 4 threads", ROUNDS, four));
				entity.measure("warm-up", WARM_UP_ROUNDS, single);
				figures.addAll(entity.measure(name + ", a query of 1,600 characters, 1 thread", ROUNDS, single));
			}
		}
		return figures;
	}

}
