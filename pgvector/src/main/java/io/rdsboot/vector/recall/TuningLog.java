package io.rdsboot.vector.recall;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Says in the log what becomes of one column's recall, each fault once. Not thread-safe.
 */
final class TuningLog {

	private static final Logger logger = LoggerFactory.getLogger(RecallTuner.class);

	private final VectorTable table;

	private final VectorColumn column;

	private final double target;

	private final Set<String> told = new HashSet<>();

	TuningLog(VectorTable table, VectorColumn column, double target) {
		this.table = table;
		this.column = column;
		this.target = target;
	}

	void measured(TunedSetting tuned, RecallReport report) {
		this.told.remove("failed");
		about(logger.atInfo(), tuned.recall()).log(
				"Searches of column {} in vector table {} use {} {}: recall {} (at least {}), by {} {}",
				this.column.name(), this.table, tuned.name(), tuned.setting(), number(tuned.recall()),
				number(tuned.lowerBound()), report.queries(), report.source().description());
		if (report.smallest(this.target).isPresent()) {
			this.told.remove("unreachable");
		}
		else if (this.told.add("unreachable")) {
			logger.warn(
					"No {} is known to reach a recall of {} in column {} of vector table {}: {} has {} (at least {}). {}",
					tuned.name(), this.target, this.column.name(), this.table, tuned.setting(), number(tuned.recall()),
					number(tuned.lowerBound()), advice());
		}
	}

	void drifted(RecallEstimate present, TunedSetting before, @Nullable RecallEstimate next) {
		about(logger.atWarn(), present.recall()).log(
				"Recall in column {} of vector table {} has fallen from {} to {} ({} to {}) at {} {}, below {}: {}",
				this.column.name(), this.table, number(before.recall()), number(present.recall()),
				number(present.lower()), number(present.upper()), before.name(), before.setting(), this.target,
				(next != null) ? "searches use %d from now on".formatted(next.setting())
						: "the setting stays, because drift is only reported");
	}

	private LoggingEventBuilder about(LoggingEventBuilder event, double recall) {
		return event.addKeyValue("rds.vector.table", this.table.toString())
			.addKeyValue("rds.vector.column", this.column.name())
			.addKeyValue("rds.vector.recall", recall);
	}

	void unkept(String index, SQLException cause) {
		if (this.told.add("unkept")) {
			logger.warn(
					"Could not keep the tuned setting of column {} in the comment of index {} of vector table {}, so that each instance of the service measures for itself: {}",
					this.column.name(), index, this.table, cause.getMessage());
		}
	}

	void failed(String reason) {
		if (this.told.add("failed")) {
			logger.warn("Recall in column {} of vector table {} could not be measured: {}", this.column.name(),
					this.table, reason);
		}
	}

	private String advice() {
		if (this.column.quantization() == Quantization.BINARY) {
			return "Declare quantization half, or none, or search with more candidates.";
		}
		if (this.column.index() instanceof VectorIndex.IvfFlat) {
			return "Rebuild the index, whose lists may stem from other rows: REINDEX INDEX CONCURRENTLY.";
		}
		return "Rebuild the index (REINDEX INDEX CONCURRENTLY), or declare a greater m and ef-construction.";
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.3f", value);
	}

}
