package io.rdsboot.diagnostics;

import java.util.List;

import io.rdsboot.diagnostics.activity.Connections;
import io.rdsboot.diagnostics.activity.IdleInTransaction;
import io.rdsboot.diagnostics.activity.LockWaits;
import io.rdsboot.diagnostics.activity.LongQueries;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.QueryMask;
import io.rdsboot.diagnostics.check.Thresholds;
import io.rdsboot.diagnostics.indexes.DuplicateIndexes;
import io.rdsboot.diagnostics.indexes.ForeignKeysWithoutIndex;
import io.rdsboot.diagnostics.indexes.InvalidIndexes;
import io.rdsboot.diagnostics.indexes.UnusedIndexes;
import io.rdsboot.diagnostics.server.CacheHits;
import io.rdsboot.diagnostics.server.Checkpoints;
import io.rdsboot.diagnostics.server.Extensions;
import io.rdsboot.diagnostics.server.ReplicationSlots;
import io.rdsboot.diagnostics.server.Settings;
import io.rdsboot.diagnostics.server.TemporaryFiles;
import io.rdsboot.diagnostics.statements.SlowStatements;
import io.rdsboot.diagnostics.tables.DeadRows;
import io.rdsboot.diagnostics.tables.RelationSizes;
import io.rdsboot.diagnostics.tables.Sequences;
import io.rdsboot.diagnostics.tables.SequentialScans;
import io.rdsboot.diagnostics.tables.TransactionIds;

/**
 * All checks, in the order of a report: what happens now first, as it is gone first.
 */
final class Checks {

	private Checks() {
	}

	static List<Check> all(Thresholds thresholds, boolean showLiterals) {
		QueryMask mask = new QueryMask(showLiterals);
		return List.of(new LongQueries(thresholds, mask), new IdleInTransaction(thresholds, mask),
				new LockWaits(thresholds, mask), new Connections(), new SlowStatements(mask), new InvalidIndexes(),
				new DuplicateIndexes(), new UnusedIndexes(thresholds), new ForeignKeysWithoutIndex(),
				new RelationSizes(), new SequentialScans(), new DeadRows(), new TransactionIds(), new Sequences(),
				new CacheHits(), new Checkpoints(), new TemporaryFiles(), new ReplicationSlots(), new Settings(),
				new Extensions());
	}

}
