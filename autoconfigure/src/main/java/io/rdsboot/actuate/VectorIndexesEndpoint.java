package io.rdsboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.rdsboot.vector.index.IndexBuildProgress;
import io.rdsboot.vector.index.VectorIndexCondition;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.recall.RecallEstimate;
import io.rdsboot.vector.recall.RecallStatus;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.table.VectorTable;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint that shows the indexes that vector repositories declare, how far they
 * are, their condition, and the recall of searches. It asks no server and waits for
 * nothing. Where writing is allowed, an operator has them looked at, measured or rebuilt
 * at once, and cancels builds. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
@Endpoint(id = "vectorindexes", defaultAccess = Access.READ_ONLY)
public final class VectorIndexesEndpoint {

	private final VectorIndexManager manager;

	private final RecallTuner tuner;

	/**
	 * Create the endpoint.
	 */
	public VectorIndexesEndpoint(VectorIndexManager manager, RecallTuner tuner) {
		this.manager = manager;
		this.tuner = tuner;
	}

	/**
	 * Return all tables.
	 */
	@ReadOperation
	public VectorIndexes indexes() {
		return new VectorIndexes(
				this.manager.status().stream().map(VectorIndexStatus::table).distinct().map(this::table).toList());
	}

	/**
	 * Return one table.
	 * @param table its name, as the answer for all tables has it
	 * @return the table, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable Table table(@Selector String table) {
		return indexes().tables().stream().filter((each) -> each.name().equals(table)).findFirst().orElse(null);
	}

	/**
	 * Do something soon that is due later.
	 * @param action what to do
	 */
	@WriteOperation
	public void run(Action action) {
		switch (action) {
			case BUILD -> this.manager.lookNow();
			case TUNE -> this.tuner.measureNow();
		}
	}

	/**
	 * Do something about one index.
	 * @param table name of its table, as the answer for all tables has it
	 * @param action what to do
	 * @param index its name
	 * @return the table afterwards
	 * @throws InvalidEndpointRequestException if there is no such index, or that cannot
	 * be done about it now
	 * @throws InterruptedException if the thread is interrupted
	 */
	@WriteOperation
	public Table change(@Selector String table, IndexAction action, String index) throws InterruptedException {
		VectorTable subject = this.manager.status()
			.stream()
			.map(VectorIndexStatus::table)
			.filter((each) -> each.toString().equals(table))
			.findFirst()
			.orElseThrow(() -> invalid("There is no vector table '%s'".formatted(table)));
		try {
			switch (action) {
				case REBUILD -> this.manager.rebuild(subject, index);
				case CANCEL -> this.manager.cancelBuild(subject, index);
			}
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
		return table(subject);
	}

	private static InvalidEndpointRequestException invalid(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

	private Table table(VectorTable table) {
		return new Table(table.toString(),
				this.manager.status().stream().filter((status) -> status.table() == table).map(Index::of).toList(),
				this.tuner.status().stream().filter((status) -> status.table() == table).map(Recall::of).toList());
	}

	/**
	 * What an operator asks for.
	 */
	public enum Action {

		/** Look at all indexes, and build what is missing. */
		BUILD,

		/** Measure the recall of all columns that have a target, and tune them. */
		TUNE

	}

	/**
	 * What an operator does about an index.
	 */
	public enum IndexAction {

		/** Build it anew; the present one serves until then. */
		REBUILD,

		/** Cancel its build, and drop what was built. */
		CANCEL

	}

	/**
	 * All tables of vector repositories.
	 *
	 * @param tables the tables
	 */
	public record VectorIndexes(List<Table> tables) {

	}

	/**
	 * One table.
	 *
	 * @param name its name
	 * @param indexes the indexes that are declared, in that order
	 * @param recall the recall of each column that has a target
	 */
	public record Table(String name, List<Index> indexes, List<Recall> recall) {

	}

	/**
	 * A declared index.
	 *
	 * @param purpose what it is for
	 * @param state how far it is
	 * @param name its name, or {@code null} if none is there or being built
	 * @param detail what the state does not say, or {@code null}
	 * @param progress how far the server is that builds it, or {@code null}
	 * @param condition its condition, or {@code null} if nobody has looked yet or it is
	 * not one on vectors
	 */
	public record Index(String purpose, VectorIndexStatus.State state, @Nullable String name, @Nullable String detail,
			@Nullable Progress progress, @Nullable Condition condition) {

		static Index of(VectorIndexStatus status) {
			IndexBuildProgress progress = status.progress();
			VectorIndexCondition condition = status.condition();
			return new Index(status.purpose(), status.state(), status.index(), status.detail(),
					(progress != null) ? Progress.of(progress) : null,
					(condition != null) ? Condition.of(condition) : null);
		}

	}

	/**
	 * Progress of a build.
	 *
	 * @param phase what the server does, in its own words
	 * @param done how much of the phase is done
	 * @param total how much there is of it, or 0 if the server does not say
	 * @param running time since the build began
	 * @param remaining time that the phase still takes, or {@code null} if that is not
	 * known
	 * @param waitsFor the session whose transaction must end first, or {@code null}
	 */
	public record Progress(String phase, long done, long total, Duration running, @Nullable Duration remaining,
			@Nullable String waitsFor) {

		static Progress of(IndexBuildProgress progress) {
			return new Progress(progress.phase(), progress.done(), progress.total(), progress.running(),
					progress.remaining(), progress.waitsFor());
		}

	}

	/**
	 * Condition of an index on vectors.
	 *
	 * @param bytes its size
	 * @param bytesWhenNew the size that it would have if it were built anew, or
	 * {@code null} if that is not known
	 * @param rows rows that it holds, or {@code null} if that is not known
	 * @param deadRows rows of the table that are not vacuumed yet
	 * @param scans how often the writer has used it
	 * @param builtAt when it was built, or {@code null} if that was not here
	 * @param rowsWhenBuilt how many rows it had then, or {@code null} if that is not
	 * known
	 * @param defect why it should be built anew, or {@code null} if it is in order
	 */
	public record Condition(long bytes, @Nullable Long bytesWhenNew, @Nullable Long rows, long deadRows, long scans,
			@Nullable Instant builtAt, @Nullable Long rowsWhenBuilt, VectorIndexCondition.@Nullable Defect defect) {

		static Condition of(VectorIndexCondition condition) {
			return new Condition(condition.size().toBytes(),
					(condition.sizeWhenNew() != null) ? condition.sizeWhenNew().toBytes() : null,
					known(condition.rows()), condition.deadRows(), condition.scans(), condition.builtAt(),
					known(condition.rowsWhenBuilt()), condition.defect());
		}

		private static @Nullable Long known(long rows) {
			return (rows >= 0) ? rows : null;
		}

	}

	/**
	 * Recall of the searches of one column.
	 *
	 * @param column the column
	 * @param state how far the tuner is
	 * @param target the recall to reach
	 * @param measured the recall that was measured, or {@code null} if none was
	 * @param lowerBound what the recall exceeds with a confidence of 95 %, or
	 * {@code null} if none was measured
	 * @param setting name of the setting that is tuned
	 * @param value its value, or {@code null} if it is not tuned
	 * @param detail what the state does not say, or {@code null}
	 * @param curve what was measured of each setting, the smallest first; empty if
	 * nothing was, or by another instance of the service
	 */
	public record Recall(String column, RecallStatus.State state, double target, @Nullable Double measured,
			@Nullable Double lowerBound, String setting, @Nullable Integer value, @Nullable String detail,
			List<RecallEstimate> curve) {

		static Recall of(RecallStatus status) {
			return new Recall(status.column(), status.state(), status.target(), status.recall(), status.lowerBound(),
					status.setting(), status.value(), status.detail(), status.curve());
		}

	}

}
