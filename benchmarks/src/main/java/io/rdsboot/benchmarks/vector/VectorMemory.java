package io.rdsboot.benchmarks.vector;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.LibraryContender;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that loads a million rows, which are made while they are sent, in a JVM with
 * little memory, and looks at whether the heap in use grows. Takes a few minutes, and two
 * gigabytes of disk:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-vectors-memory
 * </pre>
 */
public final class VectorMemory {

	private static final int ROWS = 1_000_000;

	private static final int ROWS_A_SAMPLE = 100_000;

	/** Of what is in use after the first hundred thousand rows. */
	private static final double GROWTH_LIMIT = 0.1;

	private static final double MEBIBYTE = 1024 * 1024;

	private VectorMemory() {
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws Exception if the load fails
	 */
	public static void main(String[] args) throws Exception {
		VectorData data = new VectorData(DataShape.SMALL.withRows(ROWS));
		HeapSamples heap = new HeapSamples();
		try (VectorDatabase database = VectorDatabase.start(); HikariDataSource pool = database.pool()) {
			VectorTable table = VectorTable.builder("library").dimensions(data.shape().dimensions()).build();
			new VectorSchema(new JdbcTemplate(pool)).migrate(table);
			VectorRepository<UUID> repository = JdbcVectorRepository.of(pool, table, UUID.class);
			long start = System.nanoTime();
			load(repository, data, heap);
			double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
			new Report("Load of %s".formatted(data.shape()), List.of(
					new Figure("rows missing", ROWS - repository.count(), 0, ""),
					new Figure("growth of the heap in use from 100,000 rows to the end", heap.growth(), GROWTH_LIMIT,
							"MiB: " + mebibytes(heap.used())),
					Figure.withoutTarget("peak of the heap, garbage included, MiB", HeapSamples.peak() / MEBIBYTE,
							String.format(Locale.ROOT, "of %.0f", Runtime.getRuntime().maxMemory() / MEBIBYTE)),
					Figure.withoutTarget("rows a second", ROWS / seconds,
							"includes making the rows, and collecting garbage for the samples")))
				.publish();
		}
	}

	private static void load(VectorRepository<UUID> repository, VectorData data, HeapSamples heap) {
		repository.load(data.rows().peek((row) -> {
			if ((row.number() + 1) % ROWS_A_SAMPLE == 0) {
				heap.sample();
			}
		}).map(LibraryContender::record), LoadOptions.insert());
	}

	private static List<String> mebibytes(List<Long> bytes) {
		return bytes.stream().map((value) -> String.format(Locale.ROOT, "%.1f", value / MEBIBYTE)).toList();
	}

}
