package io.rdsboot.vector.recall;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

import javax.sql.DataSource;

import io.rdsboot.vector.index.session.BuildGuard;
import io.rdsboot.vector.index.session.IndexComments;
import io.rdsboot.vector.index.session.IndexComments.CommentedIndex;
import io.rdsboot.vector.index.catalog.ActualIndexes;
import io.rdsboot.vector.recall.RecallStatus.State;
import io.rdsboot.vector.recall.RecallTuner.DriftAction;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the searches of one column at a recall. Used by one thread, but for what is said
 * otherwise.
 */
final class ColumnTuner {

	/**
	 * Searches of so many rows scan twice as many at least, whatever they are tuned to.
	 */
	private static final int LEAST_EF_SEARCH = 2 * TuningPolicy.K;

	private static final int LEAST_QUERIES = 50;

	/**
	 * Fewer real queries are no sample.
	 */
	private static final int LEAST_CAPTURED = 100;

	private static final int CAPACITY = 1000;

	/**
	 * Looks that fail one after another until that is worth a warning.
	 */
	private static final int FAILED_LOOKS = 3;

	/**
	 * The letters "rdsr".
	 */
	private static final int LOCK_KEY = 0x72647372;

	private final VectorTable table;

	private final VectorColumn declared;

	private final TuningPolicy policy;

	private final DataSource dataSource;

	private final @Nullable DataSource owner;

	private final Duration timeBudget;

	private final @Nullable QuerySample sample;

	/**
	 * The column with the index that it has.
	 */
	private VectorColumn column;

	private TuningLog log;

	private Ladder ladder;

	private int failedLooks;

	/**
	 * What was found here and could not be kept in the comment.
	 */
	private @Nullable TunedSetting unkept;

	/**
	 * The last measurement that was made here.
	 */
	private List<RecallEstimate> curve = List.of();

	private @Nullable Instant curveTime;

	private volatile @Nullable Integer setting;

	private volatile RecallStatus status;

	private volatile @Nullable RecallMeasurement running;

	private volatile boolean canceled;

	/**
	 * Whether somebody wants a measurement that is not due.
	 */
	private volatile boolean demanded;

	ColumnTuner(VectorTable table, VectorColumn column, double target, RecallTuner.Builder settings) {
		this.table = table;
		this.declared = column;
		this.policy = new TuningPolicy(target, settings.interval, settings.onDrift);
		this.dataSource = settings.dataSource;
		this.owner = settings.ownerDataSource;
		this.timeBudget = settings.timeBudget;
		this.column = (column.index() instanceof VectorIndex.Auto)
				? column.withIndex(VectorIndex.hnsw(), column.declaredQuantization()) : column;
		this.log = new TuningLog(table, this.column, target);
		this.ladder = Ladder.fine(this.column, LEAST_EF_SEARCH);
		this.sample = settings.captureQueries ? new QuerySample(column.type(), CAPACITY) : null;
		this.status = status(State.PENDING, null, null);
	}

	/**
	 * Return what searches are tuned to, or {@code null}. May be called by any thread.
	 */
	@Nullable Integer setting() {
		return this.setting;
	}

	/**
	 * Return how far the tuner is. May be called by any thread.
	 */
	RecallStatus status() {
		return this.status;
	}

	/**
	 * Remember that a vector was searched for. May be called by any thread.
	 */
	void searched(VectorValue vector) {
		if (this.sample != null) {
			this.sample.offer(vector);
		}
	}

	/**
	 * Let measurements begin again after {@link #cancel}.
	 */
	void open() {
		this.canceled = false;
	}

	/**
	 * Let the next look measure, be it due or not. May be called by any thread.
	 */
	void demand() {
		this.demanded = true;
	}

	/**
	 * End a measurement that is running. May be called by any thread, and again.
	 */
	void cancel() {
		this.canceled = true;
		RecallMeasurement measurement = this.running;
		if (measurement != null) {
			measurement.cancel();
		}
	}

	/**
	 * Learn what others have found, and measure if that is due.
	 * @param measure whether a measurement may begin
	 * @return whether it is known how good searches are, or nothing can be done about it
	 * now
	 */
	boolean run(boolean measure) {
		try {
			follow();
			ColumnState state = ColumnState.read(this.dataSource, this.table, this.column);
			this.failedLooks = 0;
			if (!adopt(state) || !measure) {
				return true;
			}
			try (BuildGuard guard = BuildGuard.tryAcquire(this.dataSource, LOCK_KEY)) {
				if (guard == null) {
					this.status = status(State.MEASURING, tuned(state), "another session measures recall");
					return true;
				}
				ColumnState now = ColumnState.read(this.dataSource, this.table, this.column);
				return !adopt(now) || measure(now);
			}
		}
		catch (SQLException ex) {
			// A failover is over soon, and is told elsewhere.
			boolean lasting = ++this.failedLooks >= FAILED_LOOKS;
			fail(String.valueOf(ex.getMessage()), lasting);
			return !lasting;
		}
		catch (RuntimeException ex) {
			fail(String.valueOf(ex.getMessage()), true);
			return false;
		}
	}

	/**
	 * Learn which index was chosen, where the column leaves the choice.
	 */
	private void follow() throws SQLException {
		if (!(this.declared.index() instanceof VectorIndex.Auto)) {
			return;
		}
		try (Connection connection = this.dataSource.getConnection()) {
			VectorColumn actual = ActualIndexes.resolve(connection, this.table, this.declared);
			if (!actual.equals(this.column)) {
				this.column = actual;
				this.log = new TuningLog(this.table, actual, this.policy.target());
				this.ladder = Ladder.fine(actual, LEAST_EF_SEARCH);
				this.setting = null;
				this.curveTime = null;
			}
		}
	}

	private void fail(String reason, boolean told) {
		if (!this.canceled) {
			this.status = status(State.FAILED, null, reason);
			if (told) {
				this.log.failed(reason);
			}
		}
	}

	/**
	 * Use what was found before, and return whether it is time to measure.
	 */
	private boolean adopt(ColumnState state) {
		TunedSetting tuned = tuned(state);
		if (tuned != null) {
			this.setting = tuned.setting();
		}
		if (state.index() == null) {
			this.status = status(State.WAITING_FOR_INDEX, tuned, null);
			return false;
		}
		if (tuned != null && !this.demanded && !this.policy.isDue(tuned, state)) {
			this.status = status((tuned.lowerBound() >= this.policy.target()) ? State.TUNED : State.BELOW_TARGET, tuned,
					null);
			return false;
		}
		if (state.rows() < TuningPolicy.LEAST_ROWS) {
			this.status = status(State.WAITING_FOR_ROWS, tuned, null);
			return false;
		}
		return !this.canceled;
	}

	private @Nullable TunedSetting tuned(ColumnState state) {
		CommentedIndex index = state.index();
		TunedSetting kept = (index != null) ? TunedSetting.of(index.comment(), this.ladder.name()) : null;
		return (kept != null) ? kept : this.unkept;
	}

	private boolean measure(ColumnState state) throws SQLException {
		this.demanded = false;
		TunedSetting before = tuned(state);
		this.status = status(State.MEASURING, before, null);
		RecallMeasurement measurement = new RecallMeter(this.dataSource, this.table, null, System::nanoTime)
			.measurement(options(before));
		this.running = measurement;
		RecallReport report;
		try {
			report = this.canceled ? null : measurement.run();
		}
		finally {
			this.running = null;
		}
		if (this.canceled || report == null) {
			return true;
		}
		if (report.queries() < LEAST_QUERIES || report.estimates().isEmpty()) {
			fail("only %d queries were made%s".formatted(report.queries(),
					(report.incomplete() != null) ? ": " + report.incomplete() : ""), true);
			return false;
		}
		RecallEstimate chosen = this.policy.choose(report, before);
		if (before != null) {
			this.policy.drifted(report, before)
				.ifPresent((present) -> this.log.drifted(present, before,
						(this.policy.onDrift() == DriftAction.TUNE) ? chosen : null));
		}
		TunedSetting tuned = new TunedSetting(this.ladder.name(), chosen.setting(), chosen.recall(),
				chosen.lowerBound(), this.policy.target(), TuningPolicy.K, chosen.queries(), state.now(), state.rows(),
				state.changes());
		this.curve = report.estimates();
		this.curveTime = tuned.time();
		this.setting = tuned.setting();
		String problem = keep(state, tuned);
		this.status = status((tuned.lowerBound() >= this.policy.target()) ? State.TUNED : State.BELOW_TARGET, tuned,
				problem);
		this.log.measured(tuned, report);
		return true;
	}

	private RecallOptions options(@Nullable TunedSetting before) {
		TreeSet<Integer> settings = new TreeSet<>(this.ladder.settings());
		if (before != null) {
			settings.add(before.setting());
		}
		List<VectorValue> captured = (this.sample != null) ? this.sample.vectors() : List.of();
		return RecallOptions.defaults()
			.in(this.column.name())
			.k(TuningPolicy.K)
			.target(this.policy.target())
			.settings(settings)
			.queries((captured.size() < LEAST_CAPTURED) ? List.of() : captured)
			.timeBudget(this.timeBudget);
	}

	/**
	 * Return what keeps the setting from being kept for others, or {@code null}.
	 */
	private @Nullable String keep(ColumnState state, TunedSetting tuned) {
		CommentedIndex index = state.index();
		if (index == null) {
			return null;
		}
		try {
			IndexComments.change(this.dataSource, this.owner, this.table, index, tuned::writtenTo);
			this.unkept = null;
			return null;
		}
		catch (SQLException ex) {
			this.unkept = tuned;
			this.log.unkept(index.name(), ex);
			return "kept in this instance of the service only: " + ex.getMessage();
		}
	}

	private RecallStatus status(State state, @Nullable TunedSetting tuned, @Nullable String detail) {
		boolean measuredHere = tuned != null && tuned.time().equals(this.curveTime);
		return new RecallStatus(this.table, this.column.name(), this.policy.target(), state, this.ladder.name(),
				this.setting, (tuned != null) ? tuned.recall() : null, (tuned != null) ? tuned.lowerBound() : null,
				detail, measuredHere ? this.curve : List.of());
	}

}
