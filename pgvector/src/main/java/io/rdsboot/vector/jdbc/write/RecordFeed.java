package io.rdsboot.vector.jdbc.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.LoadMode;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.RejectedRecord;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.jdbc.copy.CopyRows;
import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Records of one load on their way into rows: checked, counted, and left out where they
 * are rejected. Not thread-safe.
 */
final class RecordFeed {

	private final VectorTable table;

	private final WriteSql sql;

	private final LoadOptions options;

	private final LoadClock clock;

	private final @Nullable Object tenant;

	private final IdRule idRule;

	private final List<RejectedRecord> rejected = new ArrayList<>();

	private long position;

	RecordFeed(VectorTable table, WriteSql sql, LoadOptions options, LoadClock clock, @Nullable Object tenant) {
		this.table = table;
		this.sql = sql;
		this.options = options;
		this.clock = clock;
		this.tenant = tenant;
		IdRule loaded = sql.hasIds() ? IdRule.LOAD : IdRule.LOAD_WITHOUT_IDS;
		this.idRule = (options.mode() == LoadMode.UPSERT) ? IdRule.UPSERT : loaded;
	}

	/**
	 * Send all records. Those of the same id go the same way, in their order.
	 * @param validator what says whether a record can be stored
	 * @param ways where the rows go
	 * @param positioned whether each row ends with the record's position
	 * @throws InvalidVectorRecordException if a record cannot be stored, and no more of
	 * them may be left out
	 */
	void send(Iterator<? extends VectorRecord<?>> records, RecordValidator validator, List<CopyRows> ways,
			boolean positioned) throws SQLException {
		while (records.hasNext()) {
			send(records.next(), validator, ways, positioned);
			this.position++;
			this.clock.sent(sent());
		}
		for (CopyRows way : ways) {
			way.finish();
		}
	}

	private void send(VectorRecord<?> record, RecordValidator validator, List<CopyRows> ways, boolean positioned)
			throws SQLException {
		try {
			validator.validate(record, this.position, this.tenant, this.idRule);
			CopyRows way = (ways.size() == 1) ? ways.get(0) : ways.get(spread(record, ways.size()));
			encode(record, way, positioned);
			way.endRow();
		}
		catch (InvalidVectorRecordException ex) {
			if (this.rejected.size() == this.options.maxRejected()) {
				throw ex;
			}
			this.rejected.add(new RejectedRecord(this.position, ex.getId(), ex.getField(), ex.getProblem()));
		}
	}

	private void encode(VectorRecord<?> record, CopyRows way, boolean positioned) {
		BinaryFields row = way.startRow();
		try {
			NumberedRecord<?> numbered = new NumberedRecord<>(record, this.position);
			for (RecordColumn column : this.sql.columns()) {
				numbered.put(this.table, column.encoding(), row, this.tenant);
			}
			if (positioned) {
				row.putBigint(this.position);
			}
		}
		catch (InvalidVectorRecordException ex) {
			way.dropRow();
			throw ex;
		}
	}

	private int spread(VectorRecord<?> record, int ways) {
		if (!record.hasId()) {
			return (int) (this.position % ways);
		}
		int hash = String.valueOf(record.id()).hashCode();
		return Math.floorMod(hash ^ (hash >>> 16), ways);
	}

	/**
	 * Return how many records have been sent.
	 */
	long sent() {
		return this.position - this.rejected.size();
	}

	List<RejectedRecord> rejected() {
		return this.rejected;
	}

	/**
	 * Return where a record stood that was sent.
	 * @param row which one it was of those that were sent, counted from 0
	 */
	long position(long row) {
		long found = row;
		for (RejectedRecord left : this.rejected) {
			if (left.position() <= found) {
				found++;
			}
		}
		return found;
	}

}
